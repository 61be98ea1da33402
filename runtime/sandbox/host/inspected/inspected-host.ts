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
import type { Answers } from "../answers.ts";
import { EnteredEvents } from "../entered-events.ts";
import type { PendingEvent } from "../pump.ts";
import { InspectedVersion } from "./inspected-version.ts";
import type { InspectedIsolate } from "./isolate.ts";

type Pending = PendingEvent<InspectedVersion, InspectedIsolate>;

export class InspectedHost {
  /** The loop of this process must always turn, for the debugger. */
  readonly waitsForTimers = true;
  readonly #setup: HostSetup;
  readonly #answers: Answers;
  readonly #events: EnteredEvents<InspectedVersion, InspectedIsolate>;
  readonly #versions = new Map<number, InspectedVersion>();
  /** Isolates that no new event enters, kept for those that wait in them. */
  readonly #retired = new Set<InspectedIsolate>();
  /** What is done, and after it what waits for its turn. */
  #turns: Promise<void> = Promise.resolve();

  constructor(setup: HostSetup, answers: Answers) {
    this.#setup = setup;
    this.#answers = answers;
    this.#events = new EnteredEvents(setup.limits, answers, (event, timer) => {
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
    this.#events.enter(id);
    const result = await isolate.run(
      id,
      frame[RUN.handler] ?? 0,
      frame.readDoubleLE(RUN.now),
      frame.toString("latin1", RUN.seed, RUN.seed + SEED_BYTES),
      frame.toString("latin1", stateEnd),
      frame.toString("latin1", RUN.state, stateEnd),
    );
    this.#events.leave();
    const event = { id, version, isolate, cpuMs: isolate.entryCpuMs };
    if ("fault" in result) await this.#fail(event, result.fault);
    else this.#events.entered(event, result.answer);
    await this.#mend(version, isolate);
  }

  async #warm(id: number, slot: number): Promise<void> {
    const version = this.#versions.get(slot);
    if (version === undefined || (await this.#readyIsolate(id, version)) !== null) this.#answers.returned(id, "\n", 0);
  }

  async #readyIsolate(id: number, version: InspectedVersion): Promise<InspectedIsolate | null> {
    if (version.isolate !== null) return version.isolate;
    this.#answers.loading(id);
    const fault = await version.load(id, this.#setup, this.#events);
    this.#events.finish(id);
    if (fault !== null) this.#answers.fault(id, fault);
    else this.#answers.loaded(id);
    return version.isolate;
  }

  async #conclude(id: number, frame: Buffer): Promise<void> {
    const event = this.#events.pending(id);
    if (event === undefined) return;
    const number = frame.readUInt32LE(OPERATION.number);
    const text = frame.toString("latin1", OPERATION.text);
    await this.#resume(event, (cpuLeftMs) => event.isolate.conclude(id, number, text, cpuLeftMs));
  }

  async #resume(event: Pending, enter: (cpuLeftMs: number) => Promise<HostFault | null>): Promise<void> {
    const { id, version, isolate } = event;
    // It was given up while this waited for its turn.
    if (this.#events.pending(id) !== event) return;
    this.#answers.resumed(id);
    const fault = await enter(this.#setup.limits.cpuMs - event.cpuMs);
    event.cpuMs += isolate.entryCpuMs;
    const failure = this.#events.failureOf(event, fault, isolate.isTimed);
    if (failure !== null) await this.#fail(event, failure);
    this.#answers.paused(id);
    await this.#mend(version, isolate);
  }

  async #abort(id: number): Promise<void> {
    const event = this.#events.pending(id);
    if (event === undefined) return;
    this.#events.finish(id);
    await event.isolate.drop(id);
    await this.#sweep();
  }

  async #unload(slot: number): Promise<void> {
    const isolate = this.#versions.get(slot)?.release();
    this.#versions.delete(slot);
    if (isolate != null) await this.#retire(isolate);
  }

  async #fail(event: Pending, fault: HostFault): Promise<void> {
    this.#events.finish(event.id);
    await event.isolate.drop(event.id);
    this.#events.fail(event, fault);
  }

  /** Between two entries: an isolate that is broken is replaced at the next event. */
  async #mend(version: InspectedVersion, isolate: InspectedIsolate): Promise<void> {
    if (isolate.isBroken) {
      if (version.isolate === isolate) version.release();
      this.#events.abandon(isolate);
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
      if (this.#events.isWaitedIn(isolate)) continue;
      this.#retired.delete(isolate);
      await isolate.dispose();
    }
  }
}
