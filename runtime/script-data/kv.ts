/** Keys and values of scripts, as scripts and the API see them: sizes, times, pages. The store makes each write one step. */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { MAX_KV_VALUE_BYTES } from "../contract/script-data.ts";
import type { Page } from "../port/page.ts";
import type {
  KvCondition,
  KvEntry,
  KvItem,
  KvQuery,
  KvWriteOptions,
  ScriptKv,
  ScriptOwner,
} from "../port/script-data.ts";
import type { KvRoom, KvScan, KvStore, KvWritten } from "../port/script-data-store.ts";

/** What one script may keep. */
export const KV_ROOM: KvRoom = { keys: 100_000, bytes: 64 * 1024 * 1024 };
/** Of the values of one page: together with their keys they are less than an operation may give a script. */
const MAX_PAGE_BYTES = 64 * 1024;
/** Keys that one step of the store removes: it does nothing else meanwhile. */
const CLEARED_AT_ONCE = 500;
const NO_CONDITION: KvCondition = { type: "none" };

export class KvDesk implements ScriptKv {
  readonly #store: KvStore;
  readonly #clock: Pick<Clock, "now">;
  readonly #room: KvRoom;

  constructor(store: KvStore, clock: Pick<Clock, "now">, room: KvRoom = KV_ROOM) {
    this.#store = store;
    this.#clock = clock;
    this.#room = room;
  }

  get(of: ScriptOwner, key: string): Promise<KvEntry | undefined> {
    return this.#store.get(of, key, this.#clock.now());
  }

  async set(
    of: ScriptOwner,
    key: string,
    value: unknown,
    { ttlSeconds, condition = NO_CONDITION }: KvWriteOptions = {},
  ): Promise<KvEntry | undefined> {
    const json = toJson(key, value);
    const now = this.#clock.now();
    const room = this.#room;
    return this.#entryOf(
      key,
      await this.#store.put({ ...of, key, json, expiresAt: expiryOf(now, ttlSeconds), condition, now, room }),
    );
  }

  async increment(of: ScriptOwner, key: string, by: number, ttlSeconds?: number): Promise<KvEntry> {
    const now = this.#clock.now();
    const room = this.#room;
    const written = await this.#store.increment({ ...of, key, by, expiresAt: expiryOf(now, ttlSeconds), now, room });
    const entry = this.#entryOf(key, written);
    if (entry !== undefined) return entry;
    const found = `the key ${JSON.stringify(key)} holds no whole number, or one that would grow beyond 2^53`;
    throw new RequestError("invalid-request", `${found}: it cannot be counted in`);
  }

  delete(of: ScriptOwner, key: string, condition: KvCondition = NO_CONDITION): Promise<boolean> {
    return this.#store.remove(of, key, condition, this.#clock.now());
  }

  async entries(of: ScriptOwner, query: KvQuery): Promise<Page<KvEntry>> {
    const { items, more } = await this.#store.entries({ ...this.#scan(of, query), maxBytes: MAX_PAGE_BYTES });
    return { items, next: more ? cursorAt(items.at(-1)) : null };
  }

  async keys(of: ScriptOwner, query: KvQuery): Promise<Page<KvItem>> {
    const found = await this.#store.keys(this.#scan(of, query));
    const items = found.slice(0, query.limit);
    return { items, next: found.length > items.length ? cursorAt(items.at(-1)) : null };
  }

  async clear(of: ScriptOwner, prefix: string): Promise<number> {
    let removed = 0;
    // A script that goes on writing does not keep this from ending.
    while (removed <= this.#room.keys) {
      const count = await this.#store.clear(of, prefix, CLEARED_AT_ONCE);
      removed += count;
      if (count < CLEARED_AT_ONCE) break;
    }
    return removed;
  }

  #scan(of: ScriptOwner, { prefix, limit, cursor }: KvQuery): KvScan {
    const after = cursor === undefined ? {} : { after: placeOf(cursor) };
    return { ...of, prefix, limit, now: this.#clock.now(), ...after };
  }

  /** `undefined` where nothing was written because of what is there. */
  #entryOf(key: string, written: KvWritten): KvEntry | undefined {
    if (written.type === "written") return written.entry;
    if (written.type !== "full") return undefined;
    const { keys, bytes } = this.#room;
    const most = `${keys} keys and ${bytes / 1024 / 1024} MB at most`;
    throw new RequestError("full", `there is no room for the key ${JSON.stringify(key)}: a script may keep ${most}`);
  }
}

function toJson(key: string, value: unknown): string {
  let json: string;
  try {
    json = JSON.stringify(value);
  } catch {
    // What was JSON text before can only be too deep.
    throw new RequestError("invalid-request", `the value for ${JSON.stringify(key)} is nested too deep`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_KV_VALUE_BYTES) return json;
  const size = `${bytes} bytes of JSON, ${MAX_KV_VALUE_BYTES} at most`;
  throw new RequestError("value-too-large", `the value for ${JSON.stringify(key)} is too large: ${size}`);
}

function expiryOf(now: number, ttlSeconds: number | undefined): number | null {
  return ttlSeconds === undefined ? null : now + ttlSeconds * 1000;
}

/** A cursor is the last key seen, so that pages survive what comes and goes. */
function cursorAt(item: { readonly key: string } | undefined): string | null {
  return item === undefined ? null : Buffer.from(item.key).toString("base64url");
}

function placeOf(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (key !== "" && Buffer.from(key).toString("base64url") === cursor) return key;
  throw new RequestError(
    "invalid-request",
    "cursor: not one that a page gave as its next; leave it away to begin anew",
  );
}
