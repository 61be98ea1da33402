/**
 * What belongs to a script besides its code, for scripts and for the HTTP API: keys with values, variables, secrets. All
 * of it belongs to the script as such, not to one of its versions. Whatever resolves has been committed to the store.
 */

import type { Page } from "./page.ts";
import type { ScriptFault } from "./script.ts";
import type { NewSecrets } from "./script-data-store.ts";

/** Whose data it is. */
export interface ScriptOwner {
  readonly domain: string;
  readonly script: string;
}

/** What must be so for a key to be written or removed. */
export type KvCondition =
  | { readonly type: "none" }
  | { readonly type: "absent" }
  | { readonly type: "present" }
  /** One of these. */
  | { readonly type: "version"; readonly versions: readonly number[] }
  /** This JSON, in whatever order the names in it stand. */
  | { readonly type: "value"; readonly json: string };

export interface KvEntry {
  readonly key: string;
  /** JSON text. */
  readonly json: string;
  readonly version: number;
  /** Milliseconds since 1970; `null`: never. */
  readonly expiresAt: number | null;
}

export interface KvItem extends Omit<KvEntry, "json"> {
  /** Of key and value. */
  readonly bytes: number;
  readonly updatedAt: number;
}

export interface KvQuery {
  readonly prefix: string;
  readonly limit: number;
  /** As the page before gave it. */
  readonly cursor?: string | undefined;
}

export interface KvWriteOptions {
  /** @default never gone */
  readonly ttlSeconds?: number | undefined;
  /** @default none */
  readonly condition?: KvCondition;
}

/**
 * Throws `RequestError`: `full` where the script has no room left, `value-too-large`, `invalid-request` for a cursor that
 * no page gave, or for a key to count in that holds no whole number.
 */
export interface ScriptKv {
  get(of: ScriptOwner, key: string): Promise<KvEntry | undefined>;
  /** `undefined`: the condition does not hold, and nothing was written. `value` is JSON data. */
  set(of: ScriptOwner, key: string, value: unknown, options?: KvWriteOptions): Promise<KvEntry | undefined>;
  /** The entry with the sum. `ttlSeconds` counts from when the key is made. */
  increment(of: ScriptOwner, key: string, by: number, ttlSeconds?: number): Promise<KvEntry>;
  /** `false`: it was not there, or the condition does not hold. */
  delete(of: ScriptOwner, key: string, condition?: KvCondition): Promise<boolean>;
  /** With values; fewer than asked for where they are large. */
  entries(of: ScriptOwner, query: KvQuery): Promise<Page<KvEntry>>;
  /** Without values. */
  keys(of: ScriptOwner, query: KvQuery): Promise<Page<KvItem>>;
  /** Removes all keys that begin with `prefix`; how many there were. */
  clear(of: ScriptOwner, prefix: string): Promise<number>;
}

/** A secret without its value. */
export interface SecretInfo {
  readonly name: string;
  /** Counts up with each value that a secret of the script was given. */
  readonly version: number;
  readonly updatedAt: string;
}

/** A value that was encrypted, and what it takes to decrypt it but the key. */
export interface SealedSecret {
  readonly name: string;
  /** Which key it was sealed with. */
  readonly keyId: string;
  /** Base64. */
  readonly nonce: string;
  readonly sealed: string;
  readonly updatedAt: string;
}

/** Throws `RequestError`: `secrets-unavailable` where the key is missing or another one, `full` beyond the count. */
export interface ScriptSecrets {
  /** The plain value, for the script alone; `undefined` where there is none. */
  reveal(of: ScriptOwner, name: string): Promise<string | undefined>;
  list(of: ScriptOwner): Promise<readonly SecretInfo[]>;
  /** Sets values and, with `null`, removes them: all of it or nothing. */
  change(of: ScriptOwner, values: Readonly<Record<string, string | null>>): Promise<void>;
  /** Encrypts values, to be stored together with something else. Throws where they would not be stored. */
  seal(of: ScriptOwner, values: Readonly<Record<string, string>>): Promise<NewSecrets>;
}

/** Shown and changed as a whole. */
export interface ScriptVariables {
  readonly variables: Readonly<Record<string, string>>;
  /** Those that the configuration declares. */
  readonly managed: readonly string[];
}

/** Throws `RequestError` with `managed-by-config` for another value of what the configuration declares. */
export interface ScriptEnvironments {
  get(script: string): ScriptVariables;
  put(script: string, variables: Readonly<Record<string, string>>): Promise<ScriptVariables>;
}

export interface ScriptData {
  readonly kv: ScriptKv;
  readonly secrets: ScriptSecrets;
  readonly environments: ScriptEnvironments;
  /** Removes all that is kept of a script, but what the configuration declares. */
  purge(of: ScriptOwner): Promise<void>;
}

/** Keeps secrets that a script has got out of what is shown to people. */
export interface Concealment {
  /** From now on, what the script says is shown without this text. */
  conceal(script: string, text: string): void;
  /** `text` with `***` in place of what is concealed. Costs next to nothing where nothing is. */
  mask(script: string, text: string): string;
  /** The same for what is told of a failure. */
  maskFault(script: string, fault: ScriptFault): ScriptFault;
}
