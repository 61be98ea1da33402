/** Registered contacts (RFC 3261 §10), kept per user as a whole. */
import type { BindingRow } from "../../port/store.ts";
import { runPrepared } from "../prepared.ts";
import type { BindingTable, Database } from "../schema.ts";

export async function liveBindings(db: Database, now: number): Promise<BindingRow[]> {
  const rows = await db
    .selectFrom("bindings")
    .selectAll()
    .where("expiresAt", ">", now)
    .orderBy("domain")
    .orderBy("user")
    .orderBy("position")
    .execute();
  return rows.map(({ position: _, ...binding }) => ({ ...binding, connection: 0 }));
}

export async function replaceBindings(
  db: Database,
  domain: string,
  user: string,
  bindings: readonly BindingRow[],
): Promise<void> {
  const remove = () => db.deleteFrom("bindings").where("domain", "=", domain).where("user", "=", user);
  await runPrepared(db, "bindings.remove", remove, [domain, user]);
  // One row per statement: a row has 15 values, and a statement may bind 32766.
  for (const [position, binding] of bindings.entries()) {
    const row = toRow(binding, domain, user, position);
    await runPrepared(db, "bindings.add", () => db.insertInto("bindings").values(row), Object.values(row));
  }
}

/** Every column in one order: the statement is written for it. */
function toRow(binding: BindingRow, domain: string, user: string, position: number): BindingTable {
  return {
    domain,
    user,
    position,
    contact: binding.contact,
    callId: binding.callId,
    cseq: binding.cseq,
    q: binding.q,
    expiresAt: binding.expiresAt,
    registeredAt: binding.registeredAt,
    userAgent: binding.userAgent,
    transport: binding.transport,
    localAddress: binding.localAddress,
    localPort: binding.localPort,
    remoteAddress: binding.remoteAddress,
    remotePort: binding.remotePort,
  };
}
