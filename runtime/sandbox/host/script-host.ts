/**
 * The host process: takes frames, enters scripts one at a time, answers each entry before it begins the next. What a
 * script does to its isolate is mended here; what it does to the process is the switch's to see.
 */

import {
  ENTRY,
  type HostBundle,
  type HostFault,
  type HostSetup,
  OPERATION,
  RUN,
  SEED_BYTES,
  TO_HOST,
} from "../protocol.ts";
import type { Answers } from "./answers.ts";
import { EnteredEvents } from "./entered-events.ts";
import type { ScriptIsolate } from "./isolate.ts";
import type { PendingEvent } from "./pump.ts";
import { ResidentWatch, type Sample } from "./resident.ts";
import { HostedVersion } from "./version.ts";

/** Isolates of 1.5 MB each at least; the one that has rested longest makes room. */
const MOST_ISOLATES = 200;
const PROBE: HostBundle = {
  ref: { script: "probe", version: 0 },
  entry: "probe.js",
  modules: [{ path: "probe.js", code: "export default {};" }],
  handlers: [],
  env: {},
};

type Pending = PendingEvent<HostedVersion, ScriptIsolate>;

export class ScriptHost {
  readonly #setup: HostSetup;
  readonly #answers: Answers;
  readonly #events: EnteredEvents<HostedVersion, ScriptIsolate>;
  readonly #resident: ResidentWatch;
  readonly #versions = new Map<number, HostedVersion>();
  /** Isolates that no new event enters, kept for those that wait in them. */
  readonly #retired = new Set<ScriptIsolate>();
  #uses = 0;

  constructor(setup: HostSetup, answers: Answers) {
    this.#setup = setup;
    this.#answers = answers;
    this.#resident = new ResidentWatch(setup.limits.hostMemoryMB);
    this.#events = new EnteredEvents(setup.limits, answers, (event, timer) => {
      this.#resume(event, (cpuLeftMs) => event.isolate.fire(timer, cpuLeftMs));
    });
    this.#probe();
  }

  /** Whether a handler waits for a timer. */
  get waitsForTimers(): boolean {
    return this.#events.waitsForTimers;
  }

  /** A frame from the switch. */
  receive(buffer: Buffer, start: number, end: number): void {
    const number = buffer.readUInt32LE(start + ENTRY.id);
    const kind = buffer[start];
    if (kind === TO_HOST.run) this.#run(number, buffer, start, end);
    else if (kind === TO_HOST.result) this.#conclude(number, buffer, start, end);
    else if (kind === TO_HOST.abort) this.#abort(number);
    else if (kind === TO_HOST.warm) this.#warm(number, Number(buffer.toString("latin1", start + ENTRY.body, end)));
    else if (kind === TO_HOST.unload) this.#unload(number);
    else if (kind === TO_HOST.load) {
      const bundle = JSON.parse(buffer.toString("latin1", start + ENTRY.body, end)) as HostBundle;
      this.#versions.set(number, new HostedVersion(bundle, this.#setup, this.#resident));
    }
  }

  /** Proves before the first event that isolates can be made, and pays for the first. */
  #probe(): void {
    const version = new HostedVersion(PROBE, this.#setup, this.#resident);
    const fault = version.load(0, this.#events);
    if (fault !== null) throw new Error(`No isolate can be made: ${fault.message}`);
    version.release()?.dispose();
  }

  #run(id: number, buffer: Buffer, start: number, end: number): void {
    const version = this.#versions.get(buffer.readUInt32LE(start + RUN.slot));
    if (version === undefined) {
      this.#answers.fault(id, { reason: "missing", message: "This version is not loaded" });
      return;
    }
    const isolate = this.#readyIsolate(id, version);
    if (isolate === null) return;
    const stateEnd = start + RUN.state + buffer.readUInt32LE(start + RUN.stateLength);
    const before = version.measure();
    const startedAt = performance.now();
    this.#events.enter(id);
    const result = isolate.run(
      id,
      buffer[start + RUN.handler] ?? 0,
      buffer.readDoubleLE(start + RUN.now),
      buffer.toString("latin1", start + RUN.seed, start + RUN.seed + SEED_BYTES),
      buffer.toString("latin1", stateEnd, end),
      buffer.toString("latin1", start + RUN.state, stateEnd),
    );
    this.#events.leave();
    const event = { id, version, isolate, cpuMs: isolate.entryCpuMs };
    if ("fault" in result) this.#fail(event, result.fault);
    else this.#events.entered(event, result.answer);
    this.#mend(version, isolate, performance.now() - startedAt, before);
  }

  #warm(id: number, slot: number): void {
    const version = this.#versions.get(slot);
    if (version === undefined || this.#readyIsolate(id, version) !== null) this.#answers.returned(id, "\n", 0);
  }

  /** The isolate of a version, made now where there is none; `null` after a fault, which is answered. */
  #readyIsolate(id: number, version: HostedVersion): ScriptIsolate | null {
    version.lastUsed = ++this.#uses;
    if (version.isolate !== null) return version.isolate;
    this.#answers.loading(id);
    this.#makeRoom();
    const fault = version.load(id, this.#events);
    this.#events.finish(id);
    if (fault !== null) this.#answers.fault(id, fault);
    else this.#answers.loaded(id);
    return version.isolate;
  }

  #conclude(id: number, buffer: Buffer, start: number, end: number): void {
    const event = this.#events.pending(id);
    // It was given up, or lost its isolate, while the result was on its way.
    if (event === undefined) return;
    const number = buffer.readUInt32LE(start + OPERATION.number);
    const text = buffer.toString("latin1", start + OPERATION.text, end);
    this.#resume(event, (cpuLeftMs) => event.isolate.conclude(id, number, text, cpuLeftMs));
  }

  #resume(event: Pending, enter: (cpuLeftMs: number) => HostFault | null): void {
    const { id, version, isolate } = event;
    this.#answers.resumed(id);
    const before = version.measure();
    const startedAt = performance.now();
    const fault = enter(this.#setup.limits.cpuMs - event.cpuMs);
    event.cpuMs += isolate.entryCpuMs;
    const failure = this.#events.failureOf(event, fault, true);
    if (failure !== null) this.#fail(event, failure);
    this.#answers.paused(id);
    this.#mend(version, isolate, performance.now() - startedAt, before);
  }

  #abort(id: number): void {
    const event = this.#events.pending(id);
    if (event === undefined) return;
    this.#events.finish(id);
    event.isolate.drop(id);
    this.#sweep();
  }

  #unload(slot: number): void {
    const isolate = this.#versions.get(slot)?.release();
    this.#versions.delete(slot);
    if (isolate != null) this.#retire(isolate);
  }

  #fail(event: Pending, fault: HostFault): void {
    this.#events.finish(event.id);
    event.isolate.drop(event.id);
    this.#events.fail(event, fault);
  }

  /** Between two entries: an isolate that is broken or full is replaced at the next event. */
  #mend(version: HostedVersion, isolate: ScriptIsolate, ms: number, before: Sample | null): void {
    if (version.hasGrown(before, ms)) this.#answers.grown();
    if (version.isSpent(isolate, ms)) {
      if (version.isolate === isolate) version.release();
      if (isolate.isBroken) this.#events.abandon(isolate);
      this.#retire(isolate);
    } else if (this.#retired.size > 0) {
      this.#sweep();
    }
  }

  #retire(isolate: ScriptIsolate): void {
    this.#retired.add(isolate);
    this.#sweep();
  }

  #sweep(): void {
    for (const isolate of this.#retired) {
      if (this.#events.isWaitedIn(isolate)) continue;
      this.#retired.delete(isolate);
      isolate.dispose();
    }
  }

  #makeRoom(): void {
    const loaded = [...this.#versions.values()].filter((version) => version.isolate !== null);
    if (loaded.length < MOST_ISOLATES) return;
    loaded.sort((one, other) => one.lastUsed - other.lastUsed);
    const isolate = loaded[0]?.release();
    if (isolate != null) this.#retire(isolate);
  }
}
