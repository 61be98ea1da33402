/**
 * What runs: versions that are loaded in the sandbox, and per script the split of its current deployment. Each call asks
 * here, so all of it is look-ups in maps.
 */
import type { Sandbox, ScriptBundle } from "../port/sandbox.ts";
import type { FaultReason, HandlerName, ScriptFault, ScriptRef } from "../port/script.ts";
import { bucketOf, chooseShare } from "./split.ts";

/** What the deployment needs of the sandbox. */
export type DeploySandbox = Pick<Sandbox, "load" | "unload" | "run" | "abort"> & {
  /** Whether the version is kept from running after it took hosts down. */
  isQuarantined(ref: ScriptRef): boolean;
};

interface LoadedVersion {
  readonly ref: ScriptRef;
  readonly handlers: ReadonlySet<HandlerName>;
}

interface LiveShare {
  readonly percent: number;
  /** `null` where the version could not be loaded. */
  readonly ref: ScriptRef | null;
}

/** Loaded versions of a script before those that nobody needs are let go. */
const MAX_LOADED_VERSIONS = 20;

export class LiveTable {
  readonly #sandbox: DeploySandbox;
  readonly #loaded = new Map<string, Map<number, LoadedVersion>>();
  readonly #live = new Map<string, readonly LiveShare[]>();

  constructor(sandbox: DeploySandbox) {
    this.#sandbox = sandbox;
  }

  pick(script: string, callId: string): ScriptRef | ScriptFault {
    const shares = this.#live.get(script);
    if (shares === undefined) return fault("missing", `no version of the script "${script}" is deployed`);
    const share = shares.length === 1 ? shares[0] : chooseShare(shares, bucketOf(callId));
    const ref = share?.ref ?? null;
    if (ref === null) return fault("missing", `the deployed version of the script "${script}" could not be loaded`);
    if (!this.#sandbox.isQuarantined(ref)) return ref;
    return fault("quarantined", `version ${ref.version} of the script "${script}" is quarantined: deploy another one`);
  }

  handles(ref: ScriptRef, handler: HandlerName): boolean {
    return this.#loaded.get(ref.script)?.get(ref.version)?.handlers.has(handler) ?? false;
  }

  isHandled(script: string, handler: HandlerName): boolean {
    const shares = this.#live.get(script) ?? [];
    return shares.some(({ ref }) => ref !== null && this.handles(ref, handler));
  }

  handling(handler: HandlerName): readonly string[] {
    return [...this.#live.keys()].filter((script) => this.isHandled(script, handler));
  }

  isLoaded(script: string, version: number): boolean {
    return this.#loaded.get(script)?.has(version) ?? false;
  }

  /** Loaded versions of all scripts. */
  get size(): number {
    let size = 0;
    for (const versions of this.#loaded.values()) size += versions.size;
    return size;
  }

  load(bundle: ScriptBundle): void {
    const { script, version } = bundle.ref;
    if (this.isLoaded(script, version)) return;
    let versions = this.#loaded.get(script);
    if (versions === undefined) {
      versions = new Map();
      this.#loaded.set(script, versions);
    }
    versions.set(version, { ref: bundle.ref, handlers: new Set(bundle.handlers) });
    this.#sandbox.load(bundle, true);
  }

  /** Makes a split live for the next call. Versions that are not loaded count as missing. */
  activate(script: string, shares: readonly { readonly version: number; readonly percent: number }[]): void {
    const loaded = this.#loaded.get(script);
    this.#live.set(
      script,
      shares.map(({ version, percent }) => ({ percent, ref: loaded?.get(version)?.ref ?? null })),
    );
  }

  /** No new call gets the script; its versions stay loaded for the calls that run on them. Returns these versions. */
  deactivate(script: string): readonly number[] {
    this.#live.delete(script);
    return [...(this.#loaded.get(script)?.keys() ?? [])];
  }

  unload(script: string, version: number): void {
    const versions = this.#loaded.get(script);
    const loaded = versions?.get(version);
    if (versions === undefined || loaded === undefined) return;
    versions.delete(version);
    if (versions.size === 0) this.#loaded.delete(script);
    this.#sandbox.unload(loaded.ref);
  }

  /** Once there are many, lets go of those not in `keep`. */
  prune(script: string, keep: ReadonlySet<number>): void {
    const versions = this.#loaded.get(script);
    if (versions === undefined || versions.size <= MAX_LOADED_VERSIONS) return;
    for (const version of [...versions.keys()]) {
      if (!keep.has(version)) this.unload(script, version);
    }
  }
}

function fault(reason: FaultReason, message: string): ScriptFault {
  return { reason, message };
}
