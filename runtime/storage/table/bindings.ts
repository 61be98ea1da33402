/** Registered contacts (RFC 3261 §10), kept per user as a whole. */
import type { BindingRow } from "../../port/store.ts";
import type { Database } from "../schema.ts";

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
  await db.deleteFrom("bindings").where("domain", "=", domain).where("user", "=", user).execute();
  // One row per statement: a row has 15 values, and a statement may bind 32766.
  for (const [position, { connection: _, ...binding }] of bindings.entries()) {
    await db
      .insertInto("bindings")
      .values({ ...binding, domain, user, position })
      .execute();
  }
}
