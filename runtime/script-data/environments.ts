/**
 * Variables of scripts: those of the configuration file, and those that were set over the API beside them. Kept in memory
 * as well, since every version that is loaded takes them along.
 */
import { RequestError } from "../base/errors.ts";
import type { ScriptEnvironments, ScriptVariables } from "../port/script-data.ts";
import type { ScriptDataStore } from "../port/script-data-store.ts";

type Variables = Readonly<Record<string, string>>;

/** Variables of a script as the configuration declares them. */
export interface ConfiguredEnvironment {
  readonly name: string;
  readonly env: Variables;
}

export interface EnvironmentParts {
  readonly store: ScriptDataStore["environments"];
  readonly domain: string;
  /** Told of the variables of each script that has some, and of each change. */
  onChange(script: string, variables: Variables): void;
}

/** The most scripts that may have variables by the API, with or without code. */
const MAX_ENVIRONMENTS = 2_000;
const NONE: Variables = {};

export class Environments implements ScriptEnvironments {
  readonly #parts: EnvironmentParts;
  readonly #stored = new Map<string, Variables>();
  #configured: ReadonlyMap<string, Variables> = new Map();

  constructor(parts: EnvironmentParts) {
    this.#parts = parts;
  }

  async load(configured: readonly ConfiguredEnvironment[]): Promise<void> {
    for (const { domain, script, variables } of await this.#parts.store.all()) {
      if (domain === this.#parts.domain) this.#set(script, variables);
    }
    this.replaceConfigured(configured);
    for (const script of this.#stored.keys()) this.#tell(script);
  }

  replaceConfigured(configured: readonly ConfiguredEnvironment[]): void {
    const before = this.#configured;
    this.#configured = new Map(configured.map(({ name, env }) => [name, env]));
    for (const script of new Set([...before.keys(), ...this.#configured.keys()])) {
      if (!isSame(before.get(script) ?? NONE, this.#configured.get(script) ?? NONE)) this.#tell(script);
    }
  }

  /** What a version is loaded with: the configuration has the last word. */
  of(script: string): Variables {
    return { ...this.#stored.get(script), ...this.#configured.get(script) };
  }

  get(script: string): ScriptVariables {
    return { variables: sorted(this.of(script)), managed: Object.keys(this.declared(script)).sort() };
  }

  /** Variables of the configuration alone. */
  declared(script: string): Variables {
    return this.#configured.get(script) ?? NONE;
  }

  async put(script: string, variables: Variables): Promise<ScriptVariables> {
    const declared = this.declared(script);
    const rest: Record<string, string> = {};
    for (const [name, value] of Object.entries(variables)) {
      if (!Object.hasOwn(declared, name)) rest[name] = value;
      else if (declared[name] !== value) {
        const where = `the configuration file declares ${name} for "${script}"`;
        throw new RequestError("managed-by-config", `${where}: change it there, and reload`);
      }
    }
    if (!this.#stored.has(script) && this.#stored.size >= MAX_ENVIRONMENTS) {
      throw new RequestError("full", `${MAX_ENVIRONMENTS} scripts have variables: remove those of one that is gone`);
    }
    await this.#parts.store.put({ domain: this.#parts.domain, script, variables: rest });
    const before = this.of(script);
    this.#set(script, rest);
    if (!isSame(before, this.of(script))) this.#tell(script);
    return this.get(script);
  }

  #set(script: string, variables: Variables): void {
    if (Object.keys(variables).length === 0) this.#stored.delete(script);
    else this.#stored.set(script, variables);
  }

  #tell(script: string): void {
    this.#parts.onChange(script, this.of(script));
  }
}

function isSame(one: Variables, other: Variables): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1)));
}
