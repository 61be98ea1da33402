/** Secrets of scripts: sealed on their way to the store, and opened for the script that they belong to, alone. */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import { MAX_SECRETS } from "../contract/script-data.ts";
import type { ScriptOwner, ScriptSecrets, SealedSecret, SecretInfo } from "../port/script-data.ts";
import type { NewSecrets, SecretStore } from "../port/script-data-store.ts";
import type { SealedText, Sealing } from "../port/sealing.ts";
import { seal, unseal } from "./seal.ts";
import { type KeySource, loadSecretKey, type SecretKey } from "./secret-key.ts";

export interface SecretDeskParts {
  readonly store: SecretStore;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** No script has this name: what is sealed under it belongs to the switch. */
const NO_SCRIPT = "";

export class SecretDesk implements ScriptSecrets, Sealing {
  readonly #parts: SecretDeskParts;
  #key: SecretKey = { type: "unusable", problem: "the key of the secrets has not been read yet" };
  /** Secrets that were sealed with another key and have been told of: the log says so once each. */
  readonly #told = new Set<string>();

  constructor(parts: SecretDeskParts) {
    this.#parts = parts;
  }

  /** Reads the key. What is wrong with it is logged, and told to whoever needs it. */
  async useKey(source: Omit<KeySource, "hasSecrets">): Promise<void> {
    const { store, log } = this.#parts;
    this.#key = await loadSecretKey({ ...source, hasSecrets: async () => (await store.count()) > 0 });
    this.#told.clear();
    if (this.#key.type === "unusable") {
      log.error("Secrets of scripts cannot be used", { problem: this.#key.problem });
    }
  }

  async reveal(of: ScriptOwner, name: string): Promise<string | undefined> {
    const row = await this.#parts.store.get(of, name);
    if (row === undefined) return undefined;
    const { key, id } = this.#readyKey();
    const value = unseal(key, of, name, row);
    if (value !== undefined) return value;
    const why = row.keyId === id ? "its row in the store was damaged" : "it was encrypted with another key";
    this.#tellOnce(of, name, why);
    throw new RequestError(
      "secrets-unavailable",
      `the secret "${name}" cannot be opened: ${why}. Set it again, or have the operator bring the right key back`,
    );
  }

  list(of: ScriptOwner): Promise<readonly SecretInfo[]> {
    return this.#parts.store.list(of);
  }

  async change(of: ScriptOwner, values: Readonly<Record<string, string | null>>): Promise<void> {
    const removed: string[] = [];
    const set: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (value === null) removed.push(name);
      else set[name] = value;
    }
    const secrets = { of, put: this.#sealAll(of, set), most: MAX_SECRETS };
    if (!(await this.#parts.store.change(secrets, removed))) throw tooMany();
  }

  async seal(of: ScriptOwner, values: Readonly<Record<string, string>>): Promise<NewSecrets> {
    const put = this.#sealAll(of, values);
    const names = new Set([...(await this.list(of)), ...put].map(({ name }) => name));
    if (names.size > MAX_SECRETS) throw tooMany();
    return { of, put, most: MAX_SECRETS };
  }

  sealText(domain: string, what: string, text: string): SealedText {
    const { key, id: keyId } = this.#readyKey();
    return { keyId, ...seal(key, { domain, script: NO_SCRIPT }, what, text) };
  }

  openText(domain: string, what: string, sealed: SealedText): string | undefined {
    if (this.#key.type !== "ready") return undefined;
    return unseal(this.#key.key, { domain, script: NO_SCRIPT }, what, sealed);
  }

  #sealAll(of: ScriptOwner, values: Readonly<Record<string, string>>): readonly SealedSecret[] {
    const names = Object.keys(values);
    if (names.length === 0) return [];
    const { key, id: keyId } = this.#readyKey();
    const updatedAt = isoTime(this.#parts.clock.now());
    return names.map((name) => ({ name, keyId, updatedAt, ...seal(key, of, name, values[name] ?? "") }));
  }

  #readyKey(): SecretKey & { readonly type: "ready" } {
    if (this.#key.type === "ready") return this.#key;
    const advice = "its operator finds in the log what to do";
    throw new RequestError("secrets-unavailable", `this switch has no usable key for its secrets: ${advice}`);
  }

  #tellOnce({ domain, script }: ScriptOwner, name: string, why: string): void {
    const place = `${domain}/${script}/${name}`;
    if (this.#told.has(place)) return;
    this.#told.add(place);
    this.#parts.log.error("A secret of a script cannot be opened", { domain, script, secret: name, why });
  }
}

function tooMany(): RequestError {
  return new RequestError("full", `a script has at most ${MAX_SECRETS} secrets: remove one that is not needed`);
}
