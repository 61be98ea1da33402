/** The versions that are loaded, each with the number by which frames name it. */
import type { ScriptBundle } from "../port/sandbox.ts";
import type { ScriptRef } from "../port/script.ts";
import { toAscii } from "./frame.ts";
import type { HostBundle } from "./protocol.ts";

/** The index of a handler is one byte. */
const MOST_HANDLERS = 255;

export interface LoadedVersion {
  readonly slot: number;
  readonly ref: ScriptRef;
  readonly handlers: ReadonlyMap<string, number>;
  /** What it consists of, and the variables of its script: JSON in ASCII. */
  readonly code: string;
  readonly env: string;
  /** Made ready on each host at once. */
  readonly isWarm: boolean;
}

/** What hosts are told of a version: JSON of a `HostBundle` in ASCII. */
export function bundleText({ code, env }: LoadedVersion): string {
  return `{"env":${env},${code.slice(1)}`;
}

export interface Replaced {
  readonly old: LoadedVersion;
  readonly version: LoadedVersion;
}

export class Versions {
  readonly #byScript = new Map<string, Map<number, LoadedVersion>>();
  /** JSON of the variables by script. */
  readonly #environments = new Map<string, string>();
  #lastSlot = 0;

  get(ref: ScriptRef): LoadedVersion | undefined {
    return this.#byScript.get(ref.script)?.get(ref.version);
  }

  add(bundle: ScriptBundle, isWarm: boolean): LoadedVersion {
    const { ref, entry, modules } = bundle;
    const handlers = bundle.handlers.slice(0, MOST_HANDLERS);
    const told: Omit<HostBundle, "env"> = { ref, entry, modules, handlers };
    const code = toAscii(JSON.stringify(told));
    const indices = new Map(handlers.map((name, index) => [name, index]));
    const env = this.#environments.get(ref.script) ?? "{}";
    return this.#put({ slot: ++this.#lastSlot, ref, handlers: indices, code, env, isWarm });
  }

  /** The loaded versions of a script once more, under new slots: what had begun under the old ones ends there. */
  setEnvironment(script: string, variables: Readonly<Record<string, string>>): readonly Replaced[] {
    const env = toAscii(JSON.stringify(variables));
    this.#environments.set(script, env);
    const loaded = [...(this.#byScript.get(script)?.values() ?? [])];
    return loaded.map((old) => ({ old, version: this.#put({ ...old, slot: ++this.#lastSlot, env }) }));
  }

  #put(version: LoadedVersion): LoadedVersion {
    const { ref } = version;
    const ofScript = this.#byScript.get(ref.script) ?? new Map<number, LoadedVersion>();
    ofScript.set(ref.version, version);
    this.#byScript.set(ref.script, ofScript);
    return version;
  }

  remove(ref: ScriptRef): LoadedVersion | undefined {
    const ofScript = this.#byScript.get(ref.script);
    const version = ofScript?.get(ref.version);
    ofScript?.delete(ref.version);
    if (ofScript?.size === 0) this.#byScript.delete(ref.script);
    return version;
  }

  *all(): Iterable<LoadedVersion> {
    for (const ofScript of this.#byScript.values()) yield* ofScript.values();
  }
}
