/**
 * Keys and values of scripts: read. A key that has expired is not there, whether it was swept or not. Keys are in the
 * order of their bytes, so those with a prefix stand together, from the prefix itself on.
 */
import type { KvEntry, KvItem, ScriptOwner } from "../../port/script-data.ts";
import type { KvRow, KvScan } from "../../port/script-data-store.ts";
import type { Database } from "../schema.ts";
import { hasExpired } from "./kv-rules.ts";

export async function findKv(
  db: Database,
  { domain, script }: ScriptOwner,
  key: string,
  now: number,
): Promise<KvEntry | undefined> {
  const row = await storedKv(db, { domain, script }, key);
  return row === undefined || hasExpired(row, now) ? undefined : entryOf(row);
}

/** Also where it has expired. */
export async function storedKv(db: Database, of: ScriptOwner, key: string): Promise<KvRow | undefined> {
  return await db
    .selectFrom("kv")
    .selectAll()
    .where("domain", "=", of.domain)
    .where("script", "=", of.script)
    .where("key", "=", key)
    .executeTakeFirst();
}

export async function kvKeys(db: Database, scan: KvScan): Promise<KvItem[]> {
  const rows = await db
    .selectFrom("kv")
    .select(["key", "bytes", "version", "expiresAt", "updatedAt"])
    .where("domain", "=", scan.domain)
    .where("script", "=", scan.script)
    .where("key", ">=", scan.prefix)
    .$if(scan.after !== undefined, (query) => query.where("key", ">", scan.after ?? ""))
    .where(({ eb, or }) => or([eb("expiresAt", "is", null), eb("expiresAt", ">", scan.now)]))
    .orderBy("key")
    .limit(scan.limit + 1)
    .execute();
  const end = rows.findIndex(({ key }) => !key.startsWith(scan.prefix));
  return end < 0 ? rows : rows.slice(0, end);
}

export async function kvEntries(
  db: Database,
  scan: KvScan & { readonly maxBytes: number },
): Promise<{ items: KvEntry[]; more: boolean }> {
  const found = await kvKeys(db, scan);
  let bytes = 0;
  // The first in any case: one alone is never too large.
  const fits = found.slice(0, scan.limit).filter((item, index) => {
    bytes += item.bytes;
    return index === 0 || bytes <= scan.maxBytes;
  });
  if (fits.length === 0) return { items: [], more: false };
  const rows = await db
    .selectFrom("kv")
    .select(["key", "json", "version", "expiresAt"])
    .where("domain", "=", scan.domain)
    .where("script", "=", scan.script)
    .where(
      "key",
      "in",
      fits.map(({ key }) => key),
    )
    .orderBy("key")
    .execute();
  return { items: rows, more: fits.length < found.length };
}

export function entryOf({ key, json, version, expiresAt }: KvEntry): KvEntry {
  return { key, json, version, expiresAt };
}
