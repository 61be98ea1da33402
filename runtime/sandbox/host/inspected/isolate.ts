/**
 * One version of a script in one isolate that a debugger can be attached to. As `ScriptIsolate`, but entered by another
 * thread: this one must be free to pass on what the debugger says while the script stands still. No entry has a limit of
 * time while one is attached: what a debugger asks for counts as time of the script.
 */
import ivm from "isolated-vm";
import { type HostBundle, type HostFault, type HostSetup, LOAD_MS } from "../../protocol.ts";
import { bootRealm, type IsolateOwner, type Realm } from "../boot.ts";
import { explainError, isTimeout } from "../explain.ts";
import type { EntryResult } from "../isolate.ts";
import { InspectorChannel } from "./channel.ts";

const NS_PER_MS = 1e6;

export class InspectedIsolate {
  readonly channel: InspectorChannel;
  readonly #isolate: ivm.Isolate;
  readonly #realm: Realm;
  readonly #limitMs: number;
  readonly #limitMB: number;
  #timedOut = false;
  #cpuBefore = 0;

  constructor(bundle: HostBundle, setup: HostSetup, owner: IsolateOwner, said: (text: string) => void) {
    const { eventMs, cpuMs, memoryMB } = setup.limits;
    this.#limitMs = Math.min(eventMs, cpuMs);
    this.#limitMB = memoryMB;
    this.#isolate = new ivm.Isolate({ memoryLimit: memoryMB, inspector: true });
    this.#realm = bootRealm(this.#isolate, bundle, setup, owner, { inspector: true });
    this.channel = new InspectorChannel(this.#isolate, said);
  }

  /** Runs the top level of the script. Nobody can be attached yet. */
  load(id: number, now: number, seed: string): HostFault | null {
    this.#cpuBefore = this.#cpuMs();
    try {
      this.#realm.prepare.applySync(undefined, [id, now, seed]);
      this.#realm.linker.starter().evaluateSync({ timeout: LOAD_MS });
      return null;
    } catch (error) {
      const fault = this.#explain(error, LOAD_MS);
      return { ...fault, message: `The script does not load. ${fault.message}` };
    }
  }

  async run(id: number, handler: number, now: number, seed: string, json: string, state: string): Promise<EntryResult> {
    let answer = "";
    const fault = await this.#enter(this.#limitMs, async (options) => {
      answer = String(await this.#realm.run.apply(undefined, [id, handler, now, seed, json, state], options));
    });
    return fault === null ? { answer } : { fault };
  }

  fire(timer: number, cpuLeftMs: number): Promise<HostFault | null> {
    return this.#resume(this.#realm.fire, [timer], cpuLeftMs);
  }

  conclude(id: number, number: number, text: string, cpuLeftMs: number): Promise<HostFault | null> {
    return this.#resume(this.#realm.conclude, [id, number, text], cpuLeftMs);
  }

  async drop(id: number): Promise<void> {
    if (!this.isBroken) await this.#enter(this.#limitMs, (options) => this.#realm.drop.apply(undefined, [id], options));
  }

  get entryCpuMs(): number {
    return Math.max(0, this.#cpuMs() - this.#cpuBefore);
  }

  /** Whether its time is limited: no debugger is attached. */
  get isTimed(): boolean {
    return !this.channel.isAttached;
  }

  get isBroken(): boolean {
    return this.#timedOut || this.#isolate.isDisposed;
  }

  async dispose(): Promise<void> {
    if (this.#isolate.isDisposed) return;
    await this.channel.close();
    this.#isolate.dispose();
  }

  #resume(entrance: ivm.Reference, values: readonly unknown[], cpuLeftMs: number): Promise<HostFault | null> {
    const timeout = Math.max(1, Math.min(this.#limitMs, Math.ceil(cpuLeftMs)));
    return this.#enter(timeout, (options) => entrance.apply(undefined, [...values], options));
  }

  async #enter(timeout: number, enter: (options: ivm.ScriptRunOptions) => Promise<unknown>): Promise<HostFault | null> {
    this.#cpuBefore = this.#cpuMs();
    try {
      await enter(this.isTimed ? { timeout } : {});
      return null;
    } catch (error) {
      return this.#explain(error, timeout);
    }
  }

  #cpuMs(): number {
    return this.#isolate.isDisposed ? 0 : Number(this.#isolate.cpuTime) / NS_PER_MS;
  }

  #explain(error: unknown, timeoutMs: number): HostFault {
    const { isDisposed } = this.#isolate;
    if (!isDisposed && isTimeout(error)) this.#timedOut = true;
    return explainError(error, { isDisposed, memoryMB: this.#limitMB, timeoutMs, cpuMs: this.entryCpuMs });
  }
}
