/** What the store keeps of scripts besides their code. Times are milliseconds since 1970. */
import type { KvCondition, KvEntry, KvItem, ScriptOwner, SealedSecret, SecretInfo } from "./script-data.ts";

export interface KvRow extends ScriptOwner, KvEntry {
  /** Of key and value in UTF-8. */
  readonly bytes: number;
  readonly updatedAt: number;
}

/** How much a script may keep. */
export interface KvRoom {
  readonly keys: number;
  readonly bytes: number;
}

export interface KvWrite extends ScriptOwner {
  readonly key: string;
  readonly json: string;
  readonly expiresAt: number | null;
  readonly condition: KvCondition;
  readonly now: number;
  readonly room: KvRoom;
}

export interface KvIncrement extends ScriptOwner {
  readonly key: string;
  readonly by: number;
  /** Where the key is made. */
  readonly expiresAt: number | null;
  readonly now: number;
  readonly room: KvRoom;
}

export type KvWritten =
  | { readonly type: "written"; readonly entry: KvEntry }
  /** The condition does not hold. */
  | { readonly type: "unmet" }
  | { readonly type: "full" }
  /** Only of an increment: the value is no whole number, or the sum would be none that is exact. */
  | { readonly type: "no-number" };

export interface KvScan extends ScriptOwner {
  readonly prefix: string;
  /** Keys behind this one. */
  readonly after?: string;
  readonly limit: number;
  readonly now: number;
}

export interface KvStore {
  get(of: ScriptOwner, key: string, now: number): Promise<KvEntry | undefined>;
  put(write: KvWrite): Promise<KvWritten>;
  increment(increment: KvIncrement): Promise<KvWritten>;
  remove(of: ScriptOwner, key: string, condition: KvCondition, now: number): Promise<boolean>;
  /** In the order of the bytes of their keys, one more than `limit` where there are more. */
  keys(scan: KvScan): Promise<readonly KvItem[]>;
  /** The same with values, at least one, and beyond it at most `maxBytes` of them. `more`: there are more. */
  entries(scan: KvScan & { readonly maxBytes: number }): Promise<{ items: readonly KvEntry[]; more: boolean }>;
  /** Removes at most `limit` keys that begin with `prefix`, and says how many. */
  clear(of: ScriptOwner, prefix: string, limit: number): Promise<number>;
  /** Removes at most `limit` keys of any script that have expired, and says how many. */
  sweep(now: number, limit: number): Promise<number>;
}

export interface SecretRow extends SealedSecret {
  readonly version: number;
}

/** Values to be set, and how many secrets the script may have then. */
export interface NewSecrets {
  readonly of: ScriptOwner;
  readonly put: readonly SealedSecret[];
  readonly most: number;
}

export interface SecretStore {
  /** Everything that is sealed: of all scripts, and the passwords of trunks. */
  count(): Promise<number>;
  get(of: ScriptOwner, name: string): Promise<SecretRow | undefined>;
  list(of: ScriptOwner): Promise<readonly SecretInfo[]>;
  /** Sets some and removes others. `false`: there would be too many, and nothing was changed. */
  change(secrets: NewSecrets, removed: readonly string[]): Promise<boolean>;
}

/** Variables that were set over the API. */
export interface EnvironmentRow extends ScriptOwner {
  readonly variables: Readonly<Record<string, string>>;
}

export interface ScriptDataStore {
  readonly kv: KvStore;
  readonly secrets: SecretStore;
  readonly environments: {
    all(): Promise<readonly EnvironmentRow[]>;
    put(row: EnvironmentRow): Promise<void>;
  };
  /** Removes variables and secrets. Keys go by `kv.clear`. */
  remove(of: ScriptOwner): Promise<void>;
}
