/** One version on this host: its files, and its isolate from its first event on. */
import { randomBytes } from "node:crypto";
import { type HostBundle, type HostFault, type HostSetup, SEED_BYTES } from "../protocol.ts";
import type { IsolateOwner } from "./boot.ts";
import { ScriptIsolate } from "./isolate.ts";
import { withPlace } from "./position.ts";
import type { ResidentWatch, Sample } from "./resident.ts";

/** A look at the heap takes 3 µs: after every so many events, and after each that took longer than `SLOW_MS`. */
const HEAP_CHECK_EVENTS = 64;
const SLOW_MS = 1;
const BYTES_PER_MB = 1024 * 1024;

export class HostedVersion {
  readonly #bundle: HostBundle;
  readonly #setup: HostSetup;
  readonly #resident: ResidentWatch;
  readonly #files: ReadonlySet<string>;
  #isolate: ScriptIsolate | null = null;
  #events = 0;
  /** What it has added to the process, as far as that was measured, since it was last told. */
  #grownBytes = 0;
  #wasSlow = false;
  /** When it was last entered, for the choice of what to evict. */
  lastUsed = 0;

  constructor(bundle: HostBundle, setup: HostSetup, resident: ResidentWatch) {
    this.#bundle = bundle;
    this.#setup = setup;
    this.#resident = resident;
    this.#files = new Set(bundle.modules.map((module) => module.path));
  }

  get isolate(): ScriptIsolate | null {
    return this.#isolate;
  }

  /** Makes the isolate and runs the script's top level in it. */
  load(id: number, owner: IsolateOwner): HostFault | null {
    const isolate = new ScriptIsolate(this.#bundle, this.#setup, owner);
    const fault = isolate.load(id, Date.now(), randomBytes(SEED_BYTES).toString("latin1"));
    if (fault === null) {
      this.#isolate = isolate;
      return null;
    }
    isolate.dispose();
    return this.locate(fault);
  }

  /** Before an entry: what the process holds, where this entry is measured. */
  measure(): Sample | null {
    return this.#resident.begin(this.#wasSlow);
  }

  /** Whether it has added as much as a heap may have to the process, after an entry that took `ms`. */
  hasGrown(before: Sample | null, ms: number): boolean {
    this.#wasSlow = ms > SLOW_MS;
    this.#grownBytes = Math.max(0, this.#grownBytes + this.#resident.end(before, this.#wasSlow));
    if (this.#grownBytes < this.#setup.limits.memoryMB * BYTES_PER_MB) return false;
    this.#grownBytes = 0;
    return true;
  }

  /** Whether this isolate has to go, after an entry that took `ms`. */
  isSpent(isolate: ScriptIsolate, ms: number): boolean {
    if (isolate.isBroken) return true;
    const isDue = ++this.#events % HEAP_CHECK_EVENTS === 0 || ms > SLOW_MS;
    return isDue && isolate.isFull;
  }

  /** The next event gets a new isolate. The old one is the caller's to dispose. */
  release(): ScriptIsolate | null {
    const isolate = this.#isolate;
    this.#isolate = null;
    return isolate;
  }

  locate(fault: HostFault): HostFault {
    return withPlace(fault, this.#files);
  }
}
