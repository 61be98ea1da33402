/**
 * One version of a script in one V8 isolate. Every entry is synchronous and timed; what goes wrong in one comes out as
 * a fault. Some faults leave the isolate unusable: `isBroken` then, and the host makes another.
 */
import ivm from "isolated-vm";
import { type HostBundle, type HostFault, type HostSetup, LOAD_MS } from "../protocol.ts";
import { bootRealm, type IsolateOwner, type Realm } from "./boot.ts";
import { explainError, isTimeout } from "./explain.ts";

const BYTES_PER_MB = 1024 * 1024;
const NS_PER_MS = 1e6;
/** Growth by small steps ends in an abort of the process from 65 % of the limit on. */
const RECYCLE_SHARE = 0.5;

export type EntryResult = { readonly answer: string } | { readonly fault: HostFault };

export class ScriptIsolate {
  readonly #isolate: ivm.Isolate;
  readonly #realm: Realm;
  readonly #limitMs: number;
  readonly #limitMB: number;
  readonly #runOptions: { readonly timeout: number };
  #recycleBytes = 0;
  #timedOut = false;
  #cpuBefore = 0;

  constructor(bundle: HostBundle, setup: HostSetup, owner: IsolateOwner) {
    const { eventMs, cpuMs, memoryMB } = setup.limits;
    this.#limitMs = Math.min(eventMs, cpuMs);
    this.#limitMB = memoryMB;
    this.#runOptions = { timeout: this.#limitMs };
    this.#isolate = new ivm.Isolate({ memoryLimit: memoryMB });
    this.#realm = bootRealm(this.#isolate, bundle, setup, owner);
  }

  /** Runs the top level of the script on behalf of event `id`. */
  load(id: number, now: number, seed: string): HostFault | null {
    this.#cpuBefore = this.#cpuMs();
    try {
      this.#realm.prepare.applySync(undefined, [id, now, seed]);
      this.#realm.linker.starter().evaluateSync({ timeout: LOAD_MS });
    } catch (error) {
      const fault = this.#explain(error, LOAD_MS);
      return { ...fault, message: `The script does not load. ${fault.message}` };
    }
    const limit = this.#limitMB * BYTES_PER_MB;
    // A script may keep much by design: only what it gathers over its first events is a leak.
    this.#recycleBytes = Math.max(limit * RECYCLE_SHARE, (limit + this.#heapBytes()) / 2);
    return null;
  }

  run(id: number, handler: number, now: number, seed: string, json: string, state: string): EntryResult {
    this.#cpuBefore = this.#cpuMs();
    try {
      const answer: unknown = this.#realm.run.applySync(
        undefined,
        [id, handler, now, seed, json, state],
        this.#runOptions,
      );
      return { answer: String(answer) };
    } catch (error) {
      return { fault: this.#explain(error, this.#limitMs) };
    }
  }

  /** Enters a pending event again: a timer of it has run down. */
  fire(timer: number, cpuLeftMs: number): HostFault | null {
    return this.#resume(this.#realm.fire, [timer], cpuLeftMs);
  }

  /** Enters a pending event again: the result of an operation has come. */
  conclude(id: number, number: number, text: string, cpuLeftMs: number): HostFault | null {
    return this.#resume(this.#realm.conclude, [id, number, text], cpuLeftMs);
  }

  #resume(entrance: ivm.Reference, values: readonly unknown[], cpuLeftMs: number): HostFault | null {
    const timeout = Math.max(1, Math.min(this.#limitMs, Math.ceil(cpuLeftMs)));
    this.#cpuBefore = this.#cpuMs();
    try {
      entrance.applySync(undefined, [...values], { timeout });
      return null;
    } catch (error) {
      return this.#explain(error, timeout);
    }
  }

  drop(id: number): void {
    if (!this.isBroken) this.#realm.drop.applySync(undefined, [id], this.#runOptions);
  }

  /** CPU time of the last entry. */
  get entryCpuMs(): number {
    return Math.max(0, this.#cpuMs() - this.#cpuBefore);
  }

  get isBroken(): boolean {
    return this.#timedOut || this.#isolate.isDisposed;
  }

  /** Whether the script has gathered so much that it is better given a new isolate between two events. */
  get isFull(): boolean {
    return this.#heapBytes() > this.#recycleBytes;
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #cpuMs(): number {
    return this.#isolate.isDisposed ? 0 : Number(this.#isolate.cpuTime) / NS_PER_MS;
  }

  #heapBytes(): number {
    const heap = this.#isolate.getHeapStatisticsSync();
    return heap.used_heap_size + heap.externally_allocated_size;
  }

  #explain(error: unknown, timeoutMs: number): HostFault {
    const { isDisposed } = this.#isolate;
    if (!isDisposed && isTimeout(error)) this.#timedOut = true;
    return explainError(error, { isDisposed, memoryMB: this.#limitMB, timeoutMs, cpuMs: this.entryCpuMs });
  }
}
