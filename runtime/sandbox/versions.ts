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
  /** What hosts are told of it: JSON in ASCII. */
  readonly text: string;
  /** Made ready on each host at once. */
  readonly isWarm: boolean;
}

export class Versions {
  readonly #byScript = new Map<string, Map<number, LoadedVersion>>();
  #lastSlot = 0;

  get(ref: ScriptRef): LoadedVersion | undefined {
    return this.#byScript.get(ref.script)?.get(ref.version);
  }

  add(bundle: ScriptBundle, isWarm: boolean): LoadedVersion {
    const { ref, entry, modules } = bundle;
    const handlers = bundle.handlers.slice(0, MOST_HANDLERS);
    const told: HostBundle = { ref, entry, modules, handlers };
    const version: LoadedVersion = {
      slot: ++this.#lastSlot,
      ref,
      handlers: new Map(handlers.map((name, index) => [name, index])),
      text: toAscii(JSON.stringify(told)),
      isWarm,
    };
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
