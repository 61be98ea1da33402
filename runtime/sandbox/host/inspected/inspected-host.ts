/**
 * A host process whose scripts can be debugged. As `ScriptHost`, but an entry is waited for: while a script stands still,
 * this thread passes on what its debugger says, and all other frames wait for their turn. Nothing but the debugger touches
 * an isolate that is being entered; whatever else did would wait for it, and the debugger in vain for this thread.
 */
import { TO_INSPECTED } from "../../inspector-frames.ts";
import {
  ENTRY,
  type HostBundle,
  type HostFault,
  type HostSetup,
  OPERATION,
  RUN,
  SEED_BYTES,
  TO_HOST,
} from "../../protocol.ts";
import { passOn } from "../answer-text.ts";
import type { Answers } from "../answers.ts";
import type { IsolateOwner } from "../boot.ts";
import { cleanStack } from "../position.ts";
import { type PendingEvent, Pump } from "../pump.ts";
import { InspectedVersion } from "./inspected-version.ts";
import type { InspectedIsolate } from "./isolate.ts";

type Pending = PendingEvent<InspectedVersion, InspectedIsolate>;

export class InspectedHost implements IsolateOwner {
  /** The loop of this process must always turn, for the debugger. */
  readonly waitsForTimers = true;
  readonly #setup: HostSetup;
  readonly #answers: Answers;
  readonly #pump: Pump<InspectedVersion, InspectedIsolate>;
  readonly #versions = new Map<number, InspectedVersion>();
  /** Isolates that no new event enters, kept for those that wait in them. */
  readonly #retired = new Set<InspectedIsolate>();
  /** What is done, and after it what waits for its turn. */
  #turns: Promise<void> = Promise.resolve();
  /** The event whose first entry runs, and what it was settled with before that entry ended. */
  #entering = 0;
  #settled: string | null = null;

  constructor(setup: HostSetup, answers: Answers) {
    this.#setup = setup;
    this.#answers = answers;
    this.#pump = new Pump(setup.limits.operations, (event, timer) => {
      this.#take(() => this.#resume(event, (cpuLeftMs) => event.isolate.fire(timer, cpuLeftMs)));
    });
  }

  /** A frame from the switch, valid during the call alone. */
  receive(buffer: Buffer, start: number, end: number): void {
    const kind = buffer[start];
    const number = buffer.readUInt32LE(start + ENTRY.id);
    const channel = this.#versions.get(number)?.isolate?.channel;
    if (kind === TO_INSPECTED.attach) channel?.attach();
    else if (kind === TO_INSPECTED.detach) void channel?.detach();
    else if (kind === TO_INSPECTED.message) channel?.send(buffer.toString("latin1", start + ENTRY.body, end));
    else {
      const frame = Buffer.from(buffer.subarray(start, end));
      this.#take(() => this.#work(kind, number, frame));
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

  /** What throws here ends the process, as it would anywhere else in a host. */
  #take(work: () => Promise<void>): void {
    this.#turns = this.#turns.then(work);
  }

  async #work(kind: number | undefined, number: number, frame: Buffer): Promise<void> {
    if (kind === TO_HOST.run) await this.#run(number, frame);
    else if (kind === TO_HOST.result) await this.#conclude(number, frame);
    else if (kind === TO_HOST.abort) await this.#abort(number);
    else if (kind === TO_HOST.warm) await this.#warm(number, Number(frame.toString("latin1", ENTRY.body)));
    else if (kind === TO_HOST.unload) await this.#unload(number);
    else if (kind === TO_HOST.load) {
      const bundle = JSON.parse(frame.toString("latin1", ENTRY.body)) as HostBundle;
      this.#versions.set(number, new InspectedVersion(number, bundle, this.#answers));
    }
  }

  async #run(id: number, frame: Buffer): Promise<void> {
    const version = this.#versions.get(frame.readUInt32LE(RUN.slot));
    if (version === undefined) {
      this.#answers.fault(id, { reason: "missing", message: "This version is not loaded" });
      return;
    }
    const isolate = await this.#readyIsolate(id, version);
    if (isolate === null) return;
    const stateEnd = RUN.state + frame.readUInt32LE(RUN.stateLength);
    this.#entering = id;
    this.#settled = null;
    const result = await isolate.run(
      id,
      frame[RUN.handler] ?? 0,
      frame.readDoubleLE(RUN.now),
      frame.toString("latin1", RUN.seed, RUN.seed + SEED_BYTES),
      frame.toString("latin1", stateEnd),
      frame.toString("latin1", RUN.state, stateEnd),
    );
    this.#entering = 0;
    const cpuMs = isolate.entryCpuMs;
    if ("fault" in result) await this.#fail(id, version, isolate, { fault: result.fault, cpuMs });
    else if (result.answer !== "p") this.#deliver(id, version, result.answer, cpuMs);
    else if (this.#settled !== null) this.#deliver(id, version, this.#settled, cpuMs);
    else {
      this.#pump.add({ id, version, isolate, cpuMs });
      this.#answers.pending(id);
    }
    await this.#mend(version, isolate);
  }

  async #warm(id: number, slot: number): Promise<void> {
    const version = this.#versions.get(slot);
    if (version === undefined || (await this.#readyIsolate(id, version)) !== null) this.#answers.returned(id, "\n", 0);
  }

  async #readyIsolate(id: number, version: InspectedVersion): Promise<InspectedIsolate | null> {
    if (version.isolate !== null) return version.isolate;
    this.#answers.loading(id);
    const fault = await version.load(id, this.#setup, this);
    this.#pump.finish(id);
    if (fault !== null) this.#answers.fault(id, fault);
    else this.#answers.loaded(id);
    return version.isolate;
  }

  async #conclude(id: number, frame: Buffer): Promise<void> {
    const event = this.#pump.get(id);
    if (event === undefined) return;
    const number = frame.readUInt32LE(OPERATION.number);
    const text = frame.toString("latin1", OPERATION.text);
    await this.#resume(event, (cpuLeftMs) => event.isolate.conclude(id, number, text, cpuLeftMs));
  }

  async #resume(event: Pending, enter: (cpuLeftMs: number) => Promise<HostFault | null>): Promise<void> {
    const { id, version, isolate } = event;
    // It was given up while this waited for its turn.
    if (this.#pump.get(id) !== event) return;
    this.#answers.resumed(id);
    const { cpuMs } = this.#setup.limits;
    const fault = await enter(cpuMs - event.cpuMs);
    event.cpuMs += isolate.entryCpuMs;
    if (this.#pump.get(id) === event) {
      const overdrawn = `The handler used more than ${cpuMs} ms of CPU time`;
      const isOverdrawn = event.cpuMs > cpuMs && isolate.isTimed;
      const failed = fault ?? (isOverdrawn ? { reason: "timeout" as const, message: overdrawn } : null);
      if (failed !== null) await this.#fail(id, version, isolate, { fault: failed, cpuMs: event.cpuMs });
    }
    this.#answers.paused(id);
    await this.#mend(version, isolate);
  }

  async #abort(id: number): Promise<void> {
    const event = this.#pump.get(id);
    if (event === undefined) return;
    this.#pump.finish(id);
    await event.isolate.drop(id);
    await this.#sweep();
  }

  async #unload(slot: number): Promise<void> {
    const isolate = this.#versions.get(slot)?.release();
    this.#versions.delete(slot);
    if (isolate != null) await this.#retire(isolate);
  }

  async #fail(
    id: number,
    version: InspectedVersion,
    isolate: InspectedIsolate,
    failed: { fault: HostFault; cpuMs: number },
  ): Promise<void> {
    this.#pump.finish(id);
    await isolate.drop(id);
    this.#answers.fault(id, version.locate(failed.fault), failed.cpuMs);
  }

  #deliver(id: number, version: InspectedVersion, text: string, cpuMs: number): void {
    this.#pump.finish(id);
    passOn(this.#answers, version, id, text, cpuMs, this.#setup.limits.decisionBytes);
  }

  /** Between two entries: an isolate that is broken is replaced at the next event. */
  async #mend(version: InspectedVersion, isolate: InspectedIsolate): Promise<void> {
    if (isolate.isBroken) {
      if (version.isolate === isolate) version.release();
      for (const { id } of this.#pump.of(isolate)) {
        this.#pump.finish(id);
        const message = "The isolate of the script was lost to another event while this one waited";
        this.#answers.fault(id, { reason: "crashed", message });
      }
      await this.#retire(isolate);
    } else if (this.#retired.size > 0) {
      await this.#sweep();
    }
  }

  async #retire(isolate: InspectedIsolate): Promise<void> {
    this.#retired.add(isolate);
    await isolate.channel.detach();
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    for (const isolate of this.#retired) {
      if (this.#pump.of(isolate).length > 0) continue;
      this.#retired.delete(isolate);
      await isolate.dispose();
    }
  }
}
