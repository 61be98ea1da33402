/** Registered contacts (RFC 3261 §10), kept per user as a whole. */
import type { BindingRow } from "../../port/store.ts";
import { runPrepared } from "../prepared.ts";
import type { BindingTable, Database } from "../schema.ts";

/** Users, or rows, of one statement: their parameters stay far below what SQLite and PostgreSQL take. */
const PER_STATEMENT = 25;

/** The bindings of one user after a change. */
export interface UserBindings {
  readonly domain: string;
  readonly user: string;
  readonly bindings: readonly BindingRow[];
}

export async function liveBindings(db: Database, now: number): Promise<BindingRow[]> {
  const rows = await db
    .selectFrom("bindings")
    .selectAll()
    .where("expiresAt", ">", now)
    .orderBy("domain")
    .orderBy("user")
    .orderBy("position")
    .execute();
  return rows.map(({ position: _, path, ...binding }) => ({ ...binding, path: readPath(path), connection: 0 }));
}

/** Replaces the bindings of users as a whole, given as the JSON of an array of `UserBindings`, no user twice. */
export async function replaceBindings(db: Database, json: string): Promise<void> {
  // Written by `BindingWriter`.
  const users = JSON.parse(json) as UserBindings[];
  for (let start = 0; start < users.length; start += PER_STATEMENT) {
    await remove(db, users.slice(start, start + PER_STATEMENT));
  }
  const rows = users.flatMap(({ bindings }) => bindings.map(toRow));
  for (let start = 0; start < rows.length; start += PER_STATEMENT) {
    await insert(db, rows.slice(start, start + PER_STATEMENT));
  }
}

function remove(db: Database, users: readonly UserBindings[]): Promise<void> {
  const build = () =>
    db
      .deleteFrom("bindings")
      .where(({ eb, or, and }) =>
        or(users.map(({ domain, user }) => and([eb("domain", "=", domain), eb("user", "=", user)]))),
      );
  const parameters = users.flatMap(({ domain, user }) => [domain, user]);
  return runPrepared(db, `bindings.remove ${users.length}`, build, parameters);
}

function insert(db: Database, rows: readonly BindingTable[]): Promise<void> {
  const build = () => db.insertInto("bindings").values([...rows]);
  const parameters = rows.flatMap((row) => Object.values(row));
  return runPrepared(db, `bindings.add ${rows.length}`, build, parameters);
}

const NO_PATH: readonly string[] = [];

function readPath(json: string): readonly string[] {
  // Written by `toRow`.
  return json === "[]" ? NO_PATH : (JSON.parse(json) as readonly string[]);
}

/** Every column in one order: the statement is written for it. */
function toRow(binding: BindingRow, position: number): BindingTable {
  return {
    domain: binding.domain,
    user: binding.user,
    position,
    contact: binding.contact,
    callId: binding.callId,
    cseq: binding.cseq,
    q: binding.q,
    expiresAt: binding.expiresAt,
    registeredAt: binding.registeredAt,
    userAgent: binding.userAgent,
    path: JSON.stringify(binding.path),
    instance: binding.instance,
    regId: binding.regId,
    transport: binding.transport,
    localAddress: binding.localAddress,
    localPort: binding.localPort,
    remoteAddress: binding.remoteAddress,
    remotePort: binding.remotePort,
  };
}
