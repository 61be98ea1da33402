/**
 * The policies that scripts have: those of the configuration file, and those that were set over the API. Where both have
 * one for a script, the configuration's counts. Kept in memory, since calls need them.
 */
import { RequestError } from "../base/errors.ts";
import type {
  PolicyAdmin,
  PolicyEnforcement,
  PolicyStore,
  PolicyUsage,
  PolicyView,
  ScriptPolicy,
} from "../port/policy.ts";

/** A policy as the configuration declares it, or `null`. */
export interface ConfiguredPolicy {
  readonly name: string;
  readonly policy: ScriptPolicy | null;
}

export interface PolicyParts {
  readonly store: PolicyStore;
  readonly domain: string;
  readonly enforcement: PolicyEnforcement;
}

/** The most scripts that may have a policy by the API, with or without code. */
const MAX_POLICIES = 2_000;

export class Policies implements PolicyAdmin {
  readonly #parts: PolicyParts;
  readonly #stored = new Map<string, ScriptPolicy>();
  #configured: ReadonlyMap<string, ScriptPolicy> = new Map();
  readonly #listeners: (() => void)[] = [];
  /** One after the other, so that memory has what the store has. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  async load(configured: readonly ConfiguredPolicy[]): Promise<void> {
    for (const { domain, script, policy } of await this.#parts.store.all()) {
      if (domain === this.#parts.domain) this.#stored.set(script, policy);
    }
    this.#configured = byName(configured);
    for (const script of this.#scripts()) this.#apply(script);
  }

  /** Told after each change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  replaceConfigured(configured: readonly ConfiguredPolicy[]): void {
    const before = this.#configured;
    this.#configured = byName(configured);
    for (const script of new Set([...before.keys(), ...this.#configured.keys()])) {
      if (JSON.stringify(before.get(script)) !== JSON.stringify(this.#configured.get(script))) this.#apply(script);
    }
    this.#tell();
  }

  /** What holds for a script; `undefined`: nothing is set. */
  of(script: string): ScriptPolicy | undefined {
    return this.#configured.get(script) ?? this.#stored.get(script);
  }

  /** By script. */
  all(): ReadonlyMap<string, ScriptPolicy> {
    return new Map([...this.#stored, ...this.#configured]);
  }

  get(script: string): PolicyView | undefined {
    const policy = this.of(script);
    return policy === undefined ? undefined : { policy, managed: this.#configured.has(script) };
  }

  put(script: string, policy: ScriptPolicy): Promise<{ view: PolicyView; created: boolean }> {
    return this.#inTurn(async () => {
      this.#refuseManaged(script);
      const created = !this.#stored.has(script);
      if (created && this.#stored.size >= MAX_POLICIES) {
        throw new RequestError("full", `${MAX_POLICIES} scripts have a policy: remove that of one that is gone.`);
      }
      await this.#parts.store.put({ domain: this.#parts.domain, script, policy });
      this.#stored.set(script, policy);
      this.#changed(script);
      return { view: { policy, managed: false }, created };
    });
  }

  remove(script: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#refuseManaged(script);
      if (!this.#stored.has(script)) throw new RequestError("not-found", `The script "${script}" has no policy.`);
      await this.#parts.store.remove(this.#parts.domain, script);
      this.#stored.delete(script);
      this.#changed(script);
    });
  }

  usage(script: string): PolicyUsage | undefined {
    return this.of(script) === undefined ? undefined : this.#parts.enforcement.usage(script);
  }

  #refuseManaged(script: string): void {
    if (!this.#configured.has(script)) return;
    const where = `The policy of "${script}" is declared in the configuration file`;
    throw new RequestError("managed-by-config", `${where}: change it there, and reload.`);
  }

  #scripts(): Iterable<string> {
    return new Set([...this.#stored.keys(), ...this.#configured.keys()]);
  }

  #apply(script: string): void {
    this.#parts.enforcement.apply(script, this.of(script) ?? null);
  }

  /** The configuration may have declared one while the store was written. */
  #changed(script: string): void {
    this.#apply(script);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #inTurn<Value>(write: () => Promise<Value>): Promise<Value> {
    const done = this.#lastWrite.then(write);
    this.#lastWrite = done.catch(() => undefined);
    return done;
  }
}

function byName(configured: readonly ConfiguredPolicy[]): ReadonlyMap<string, ScriptPolicy> {
  return new Map(configured.flatMap(({ name, policy }) => (policy === null ? [] : [[name, policy] as const])));
}
