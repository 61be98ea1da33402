/**
 * Keys and values of scripts: written. Each write reads what it depends on in the same transaction, and all writes of a
 * database run one after the other: so a condition or a sum is never about something that is gone already.
 */
import type { KvCondition, ScriptOwner } from "../../port/script-data.ts";
import type { KvIncrement, KvRow, KvWrite, KvWritten } from "../../port/script-data-store.ts";
import type { Database } from "../schema.ts";
import { entryOf, kvKeys, storedKv } from "./kv.ts";
import { hasExpired, holds } from "./kv-rules.ts";
import { countersOf, putCounters } from "./script-data.ts";

/** Expired keys that make room for a write at once. */
const SWEPT_FOR_ROOM = 1_000;

type Wanted = Omit<KvWrite, "condition">;

export async function putKv(db: Database, { condition, ...wanted }: KvWrite): Promise<KvWritten> {
  const stored = await storedKv(db, wanted, wanted.key);
  if (!holds(condition, liveOf(stored, wanted.now))) return { type: "unmet" };
  return await write(db, wanted, stored);
}

export async function incrementKv(db: Database, { by, expiresAt, ...wanted }: KvIncrement): Promise<KvWritten> {
  const stored = await storedKv(db, wanted, wanted.key);
  const live = liveOf(stored, wanted.now);
  const before: unknown = live === undefined ? 0 : JSON.parse(live.json);
  const sum = typeof before === "number" ? before + by : Number.NaN;
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(sum)) return { type: "no-number" };
  return await write(
    db,
    { ...wanted, json: String(sum), expiresAt: live === undefined ? expiresAt : live.expiresAt },
    stored,
  );
}

export async function removeKv(
  db: Database,
  of: ScriptOwner,
  key: string,
  condition: KvCondition,
  now: number,
): Promise<boolean> {
  const stored = await storedKv(db, of, key);
  const live = liveOf(stored, now);
  if (live === undefined || !holds(condition, live)) return false;
  await removeKeys(db, of, [live]);
  return true;
}

export async function clearKv(db: Database, of: ScriptOwner, prefix: string, limit: number): Promise<number> {
  // At the beginning of time nothing has expired: all that is stored goes.
  const found = (await kvKeys(db, { ...of, prefix, limit, now: 0 })).slice(0, limit);
  await removeKeys(db, of, found);
  return found.length;
}

export async function sweepKv(db: Database, now: number, limit: number): Promise<number> {
  const rows = await db
    .selectFrom("kv")
    .select(["domain", "script", "key", "bytes"])
    .where("expiresAt", "<=", now)
    .orderBy("expiresAt")
    .limit(limit)
    .execute();
  const byOwner = new Map<string, typeof rows>();
  for (const row of rows) {
    const owner = JSON.stringify([row.domain, row.script]);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), row]);
  }
  for (const ofOne of byOwner.values()) {
    const [first] = ofOne;
    if (first !== undefined) await removeKeys(db, { domain: first.domain, script: first.script }, ofOne);
  }
  return rows.length;
}

async function write(db: Database, wanted: Wanted, stored: KvRow | undefined): Promise<KvWritten> {
  const { domain, script, key, json, expiresAt, now, room } = wanted;
  const of = { domain, script };
  const bytes = Buffer.byteLength(key) + Buffer.byteLength(json);
  const grown = async () => {
    const { kvKeys, kvBytes, kvVersion } = await countersOf(db, of);
    return {
      kvKeys: kvKeys + (stored === undefined ? 1 : 0),
      kvBytes: kvBytes + bytes - (stored?.bytes ?? 0),
      kvVersion: kvVersion + 1,
    };
  };
  const hasRoom = ({ kvKeys, kvBytes }: Awaited<ReturnType<typeof grown>>): boolean =>
    kvKeys <= room.keys && kvBytes <= room.bytes;
  let counters = await grown();
  if (!hasRoom(counters)) {
    await sweepOne(db, of, key, now);
    counters = await grown();
    // A value that takes the place of a larger one is welcome in any case.
    if (!hasRoom(counters) && (stored === undefined || bytes > stored.bytes)) return { type: "full" };
  }
  const row: KvRow = { ...of, key, json, bytes, version: counters.kvVersion, expiresAt, updatedAt: now };
  await putCounters(db, of, counters);
  await db
    .insertInto("kv")
    .values(row)
    .onConflict((conflict) => conflict.columns(["domain", "script", "key"]).doUpdateSet(row))
    .execute();
  return { type: "written", entry: entryOf(row) };
}

/** Expired keys of one script, but `key`, which is about to be written. */
async function sweepOne(db: Database, of: ScriptOwner, key: string, now: number): Promise<void> {
  const rows = await db
    .selectFrom("kv")
    .select(["key", "bytes"])
    .where("domain", "=", of.domain)
    .where("script", "=", of.script)
    .where("expiresAt", "<=", now)
    .where("key", "!=", key)
    .limit(SWEPT_FOR_ROOM)
    .execute();
  await removeKeys(db, of, rows);
}

async function removeKeys(
  db: Database,
  of: ScriptOwner,
  rows: readonly { readonly key: string; readonly bytes: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await db
    .deleteFrom("kv")
    .where("domain", "=", of.domain)
    .where("script", "=", of.script)
    .where(
      "key",
      "in",
      rows.map(({ key }) => key),
    )
    .execute();
  const { kvKeys, kvBytes } = await countersOf(db, of);
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  await putCounters(db, of, { kvKeys: kvKeys - rows.length, kvBytes: kvBytes - bytes });
}

function liveOf(stored: KvRow | undefined, now: number): KvRow | undefined {
  return stored === undefined || hasExpired(stored, now) ? undefined : stored;
}
