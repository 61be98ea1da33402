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
import { passOn } from "./answer-text.ts";
import type { Answers } from "./answers.ts";
import type { IsolateOwner } from "./boot.ts";
import type { ScriptIsolate } from "./isolate.ts";
import { cleanStack } from "./position.ts";
import { type PendingEvent, Pump } from "./pump.ts";
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

export class ScriptHost implements IsolateOwner {
  readonly #setup: HostSetup;
  readonly #answers: Answers;
  readonly #pump: Pump<HostedVersion, ScriptIsolate>;
  readonly #resident: ResidentWatch;
  readonly #versions = new Map<number, HostedVersion>();
  /** Isolates that no new event enters, kept for those that wait in them. */
  readonly #retired = new Set<ScriptIsolate>();
  /** The event whose first entry runs, and what it was settled with before that entry ended. */
  #entering = 0;
  #settled: string | null = null;
  #uses = 0;

  constructor(setup: HostSetup, answers: Answers) {
    this.#setup = setup;
    this.#answers = answers;
    this.#resident = new ResidentWatch(setup.limits.hostMemoryMB);
    this.#pump = new Pump(setup.limits.operations, (event, timer) => {
      this.#resume(event, (cpuLeftMs) => event.isolate.fire(timer, cpuLeftMs));
    });
    this.#probe();
  }

  /** Whether a handler waits for a timer. */
  get waitsForTimers(): boolean {
    return this.#pump.isBusy;
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

  answered(id: number, text: string): void {
    if (id === this.#entering) {
      this.#settled = text;
      return;
    }
    const event = this.#pump.get(id);
    if (event !== undefined) this.#deliver(id, event.version, text, event.cpuMs + event.isolate.entryCpuMs);
  }

  logged(id: number, level: number, text: string): void {
    // An error that was printed brings the frames of its stack.
    this.#answers.log(id, level, text.includes("\n    at ") ? cleanStack(text) : text);
  }

  timerStarted(id: number, timer: number, ms: number): void {
    this.#pump.startTimer(id, timer, ms);
  }

  timerStopped(id: number, timer: number): void {
    this.#pump.stopTimer(id, timer);
  }

  operationStarted(id: number, number: number, name: string, json: string): void {
    this.#answers.operation(id, number, name, json);
  }

  /** Proves before the first event that isolates can be made, and pays for the first. */
  #probe(): void {
    const version = new HostedVersion(PROBE, this.#setup, this.#resident);
    const fault = version.load(0, this);
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
    this.#entering = id;
    this.#settled = null;
    const result = isolate.run(
      id,
      buffer[start + RUN.handler] ?? 0,
      buffer.readDoubleLE(start + RUN.now),
      buffer.toString("latin1", start + RUN.seed, start + RUN.seed + SEED_BYTES),
      buffer.toString("latin1", stateEnd, end),
      buffer.toString("latin1", start + RUN.state, stateEnd),
    );
    this.#entering = 0;
    const cpuMs = isolate.entryCpuMs;
    if ("fault" in result) this.#fail(id, version, isolate, { fault: result.fault, cpuMs });
    else if (result.answer !== "p") this.#deliver(id, version, result.answer, cpuMs);
    else if (this.#settled !== null) this.#deliver(id, version, this.#settled, cpuMs);
    else {
      this.#pump.add({ id, version, isolate, cpuMs });
      this.#answers.pending(id);
    }
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
    const fault = version.load(id, this);
    this.#pump.finish(id);
    if (fault !== null) this.#answers.fault(id, fault);
    else this.#answers.loaded(id);
    return version.isolate;
  }

  #conclude(id: number, buffer: Buffer, start: number, end: number): void {
    const event = this.#pump.get(id);
    // It was given up, or lost its isolate, while the result was on its way.
    if (event === undefined) return;
    const number = buffer.readUInt32LE(start + OPERATION.number);
    const text = buffer.toString("latin1", start + OPERATION.text, end);
    this.#resume(event, (cpuLeftMs) => event.isolate.conclude(id, number, text, cpuLeftMs));
  }

  #resume(event: PendingEvent<HostedVersion, ScriptIsolate>, enter: (cpuLeftMs: number) => HostFault | null): void {
    const { id, version, isolate } = event;
    this.#answers.resumed(id);
    const before = version.measure();
    const startedAt = performance.now();
    const { cpuMs } = this.#setup.limits;
    const fault = enter(cpuMs - event.cpuMs);
    event.cpuMs += isolate.entryCpuMs;
    // The entry may have answered the event before it went wrong.
    if (this.#pump.get(id) === event) {
      const overdrawn = `The handler used more than ${cpuMs} ms of CPU time`;
      const failed = fault ?? (event.cpuMs > cpuMs ? { reason: "timeout" as const, message: overdrawn } : null);
      if (failed !== null) this.#fail(id, version, isolate, { fault: failed, cpuMs: event.cpuMs });
    }
    this.#answers.paused(id);
    this.#mend(version, isolate, performance.now() - startedAt, before);
  }

  #abort(id: number): void {
    const event = this.#pump.get(id);
    if (event === undefined) return;
    this.#pump.finish(id);
    event.isolate.drop(id);
    this.#sweep();
  }

  #unload(slot: number): void {
    const isolate = this.#versions.get(slot)?.release();
    this.#versions.delete(slot);
    if (isolate != null) this.#retire(isolate);
  }

  #fail(id: number, version: HostedVersion, isolate: ScriptIsolate, failed: { fault: HostFault; cpuMs: number }): void {
    this.#pump.finish(id);
    isolate.drop(id);
    this.#answers.fault(id, version.locate(failed.fault), failed.cpuMs);
  }

  #deliver(id: number, version: HostedVersion, text: string, cpuMs: number): void {
    this.#pump.finish(id);
    passOn(this.#answers, version, id, text, cpuMs, this.#setup.limits.decisionBytes);
  }

  /** Between two entries: an isolate that is broken or full is replaced at the next event. */
  #mend(version: HostedVersion, isolate: ScriptIsolate, ms: number, before: Sample | null): void {
    if (version.hasGrown(before, ms)) this.#answers.grown();
    if (version.isSpent(isolate, ms)) {
      if (version.isolate === isolate) version.release();
      if (isolate.isBroken) this.#abandon(isolate);
      this.#retire(isolate);
    } else if (this.#retired.size > 0) {
      this.#sweep();
    }
  }

  /** Nothing that waits in a broken isolate can go on. */
  #abandon(isolate: ScriptIsolate): void {
    for (const { id } of this.#pump.of(isolate)) {
      this.#pump.finish(id);
      const message = "The isolate of the script was lost to another event while this one waited";
      this.#answers.fault(id, { reason: "crashed", message });
    }
  }

  #retire(isolate: ScriptIsolate): void {
    this.#retired.add(isolate);
    this.#sweep();
  }

  #sweep(): void {
    for (const isolate of this.#retired) {
      if (this.#pump.of(isolate).length > 0) continue;
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
