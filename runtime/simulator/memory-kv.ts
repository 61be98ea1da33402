/** Keys and values of scripts in memory: the store behind `kv`, with the conditions, sums and expiry of the real one. */
import type { KvCondition, KvEntry, KvItem, ScriptOwner } from "../port/script-data.ts";
import type { KvIncrement, KvRow, KvScan, KvStore, KvWrite, KvWritten } from "../port/script-data-store.ts";
import { hasExpired, holds } from "../storage/table/kv-rules.ts";

type Wanted = Omit<KvWrite, "condition">;

export class MemoryKv implements KvStore {
  readonly #rows = new Map<string, KvRow>();
  #version = 0;

  async get(of: ScriptOwner, key: string, now: number): Promise<KvEntry | undefined> {
    return entryOf(this.#live(of, key, now));
  }

  async put({ condition, ...wanted }: KvWrite): Promise<KvWritten> {
    if (!holds(condition, this.#live(wanted, wanted.key, wanted.now))) return { type: "unmet" };
    return this.#write(wanted);
  }

  async increment({ by, expiresAt, ...wanted }: KvIncrement): Promise<KvWritten> {
    const live = this.#live(wanted, wanted.key, wanted.now);
    const before: unknown = live === undefined ? 0 : JSON.parse(live.json);
    const sum = typeof before === "number" ? before + by : Number.NaN;
    if (!Number.isSafeInteger(before) || !Number.isSafeInteger(sum)) return { type: "no-number" };
    return this.#write({ ...wanted, json: String(sum), expiresAt: live === undefined ? expiresAt : live.expiresAt });
  }

  async remove(of: ScriptOwner, key: string, condition: KvCondition, now: number): Promise<boolean> {
    const live = this.#live(of, key, now);
    return live !== undefined && holds(condition, live) && this.#rows.delete(placeOf(of, key));
  }

  async keys(scan: KvScan): Promise<readonly KvItem[]> {
    return this.#scan(scan).map(({ key, bytes, version, expiresAt, updatedAt }) => {
      return { key, bytes, version, expiresAt, updatedAt };
    });
  }

  async entries(scan: KvScan & { readonly maxBytes: number }): Promise<{ items: readonly KvEntry[]; more: boolean }> {
    const found = this.#scan(scan);
    let bytes = 0;
    // The first in any case: one alone is never too large.
    const fits = found.slice(0, scan.limit).filter((row, index) => {
      bytes += row.bytes;
      return index === 0 || bytes <= scan.maxBytes;
    });
    return { items: fits.flatMap((row) => entryOf(row) ?? []), more: fits.length < found.length };
  }

  async clear(of: ScriptOwner, prefix: string, limit: number): Promise<number> {
    const found = this.#scan({ ...of, prefix, limit, now: 0 }).slice(0, limit);
    for (const { key } of found) this.#rows.delete(placeOf(of, key));
    return found.length;
  }

  async sweep(now: number, limit: number): Promise<number> {
    const expired = [...this.#rows].filter(([, row]) => hasExpired(row, now)).slice(0, limit);
    for (const [place] of expired) this.#rows.delete(place);
    return expired.length;
  }

  #write({ domain, script, key, json, expiresAt, now, room }: Wanted): KvWritten {
    const place = placeOf({ domain, script }, key);
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(json);
    const stored = this.#rows.get(place);
    const others = (): KvRow[] =>
      [...this.#rows.values()].filter((row) => row !== stored && row.domain === domain && row.script === script);
    const hasRoom = (): boolean =>
      others().length < room.keys && others().reduce((sum, row) => sum + row.bytes, bytes) <= room.bytes;
    if (!hasRoom()) {
      for (const row of others()) if (hasExpired(row, now)) this.#rows.delete(placeOf(row, row.key));
    }
    // A value that takes the place of a larger one is welcome in any case.
    if (!hasRoom() && (stored === undefined || bytes > stored.bytes)) return { type: "full" };
    const row: KvRow = { domain, script, key, json, bytes, version: ++this.#version, expiresAt, updatedAt: now };
    this.#rows.set(place, row);
    return { type: "written", entry: { key, json, version: row.version, expiresAt } };
  }

  #live(of: ScriptOwner, key: string, now: number): KvRow | undefined {
    const row = this.#rows.get(placeOf(of, key));
    return row === undefined || hasExpired(row, now) ? undefined : row;
  }

  #scan({ domain, script, prefix, after, limit, now }: KvScan): KvRow[] {
    return [...this.#rows.values()]
      .filter((row) => row.domain === domain && row.script === script && !hasExpired(row, now))
      .filter(({ key }) => key.startsWith(prefix) && (after === undefined || inBytes(key, after) > 0))
      .sort((one, other) => inBytes(one.key, other.key))
      .slice(0, limit + 1);
  }
}

function placeOf({ domain, script }: ScriptOwner, key: string): string {
  return JSON.stringify([domain, script, key]);
}

function entryOf(row: KvRow | undefined): KvEntry | undefined {
  if (row === undefined) return undefined;
  const { key, json, version, expiresAt } = row;
  return { key, json, version, expiresAt };
}

function inBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
