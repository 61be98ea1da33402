/** `kv`: what a script keeps from one event, call and version to the next. */
import type { Json } from "./call.ts";
import { operate } from "./operation.ts";

export interface KvEntry<Value = Json> {
  readonly key: string;
  readonly value: Value;
  /** Another one after each write of the key, and never the same one again, even where it was deleted in between. */
  readonly version: number;
  /** When it will be gone, ISO 8601 in UTC; `null`: never. */
  readonly expiresAt: string | null;
}

export interface KvExpiry {
  /**
   * Seconds after which the key is gone, 1 to 315,360,000 (ten years).
   * @default never
   */
  readonly ttlSeconds?: number;
}

export interface KvSetOptions extends KvExpiry {
  /**
   * Writes only where the key is not there.
   * @default false
   */
  readonly ifAbsent?: boolean;
}

/** What must be there for `compareAndSet` to write: this value, or this version. */
export type KvExpected = { readonly value: Json } | { readonly version: number };

export interface KvListOptions {
  /** Default: all keys. */
  readonly prefix?: string;
  /**
   * How many at most, 1 to 100. There may be fewer where values are large: `cursor` alone says whether there are more.
   * @default 50
   */
  readonly limit?: number;
  /** `cursor` of the list before. */
  readonly cursor?: string;
}

export interface KvList<Value = Json> {
  /** By key, in the order of their UTF-8 bytes. */
  readonly entries: readonly KvEntry<Value>[];
  /** Where the next list begins; `null` at the end. */
  readonly cursor: string | null;
}

/**
 * A store of keys and values that belongs to the script: all its versions share it, no other script sees it. A value is
 * JSON of at most 128 KB; a key has 1 to 512 bytes and no control characters. A script may keep 100,000 keys and 64 MB.
 *
 * What is read is never stale, and what is written is on disk before the promise resolves. Each function rejects with an
 * `OperationError`: `full` where the script has no room left, `too-large` for a larger value, `overloaded` where too many
 * operations of the script are under way.
 *
 * @example
 * async invite(call) {
 *   const calls = await kv.increment(`calls:${call.from.user}`, 1, { ttlSeconds: 60 });
 *   if (calls > 10) return reject(486);
 *   return (await kv.get("night")) === true ? voicemail("alice") : forward("alice");
 * }
 */
export const kv = Object.freeze({
  /** The value; `undefined` where there is none, or none any more. */
  async get<Value = Json>(key: string): Promise<Value | undefined> {
    return (await operate<KvEntry<Value> | undefined>("kv.get", { key }))?.value;
  },

  /** The value with its version, for `compareAndSet`. */
  entry<Value = Json>(key: string): Promise<KvEntry<Value> | undefined> {
    return operate("kv.get", { key });
  },

  /**
   * Writes a value, and whether it stays for good or for `ttlSeconds` from now. `false`: with `ifAbsent`, the key was
   * there, and nothing was written.
   */
  set(key: string, value: Json, options: KvSetOptions = {}): Promise<boolean> {
    return operate("kv.set", { ...options, key, value });
  },

  /** Takes a key away. `false`: it was not there. */
  delete(key: string): Promise<boolean> {
    return operate("kv.delete", { key });
  },

  /**
   * Adds to a number and gives the sum; a key that is not there counts as 0. No two calls get the same sum, however many
   * count at once. `ttlSeconds` counts from when the key is made and is left alone by later increments: a window of time.
   * `invalid-arguments`: the key holds something else than a whole number, or the sum is beyond 2^53.
   */
  increment(key: string, by = 1, options: KvExpiry = {}): Promise<number> {
    return operate("kv.increment", { ...options, key, by });
  },

  /**
   * Writes a value where the key still has the value, or the version, that was read before. `false`: it has another one or
   * is gone, and nothing was written. Values are the same where their JSON is, in whatever order the names stand.
   */
  compareAndSet(key: string, expected: KvExpected, value: Json, options: KvExpiry = {}): Promise<boolean> {
    return operate("kv.compareAndSet", { ...options, key, expected, value });
  },

  /** The keys with their values. */
  list<Value = Json>(options: KvListOptions = {}): Promise<KvList<Value>> {
    return operate("kv.list", options);
  },
});
