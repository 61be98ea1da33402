/** The events that a host has entered: what isolates say of them meanwhile, and how they end. */
import type { HostFault, HostSetup } from "../protocol.ts";
import { passOn } from "./answer-text.ts";
import type { Answers } from "./answers.ts";
import type { IsolateOwner } from "./boot.ts";
import { cleanStack } from "./position.ts";
import { type OnTimer, type PendingEvent, Pump } from "./pump.ts";

interface LocatesFaults {
  locate(fault: HostFault): HostFault;
}

interface CountsCpu {
  /** CPU time of the entry that runs, or of the last one. */
  readonly entryCpuMs: number;
}

export class EnteredEvents<Version extends LocatesFaults, Isolate extends CountsCpu> implements IsolateOwner {
  readonly #limits: HostSetup["limits"];
  readonly #answers: Answers;
  readonly #pump: Pump<Version, Isolate>;
  /** The event whose first entry runs, and what it was settled with before that entry ended. */
  #entering = 0;
  #settled: string | null = null;

  constructor(limits: HostSetup["limits"], answers: Answers, onTimer: OnTimer<Version, Isolate>) {
    this.#limits = limits;
    this.#answers = answers;
    this.#pump = new Pump(limits.operations, onTimer);
  }

  get waitsForTimers(): boolean {
    return this.#pump.isBusy;
  }

  /** An event whose handler waits. */
  pending(id: number): PendingEvent<Version, Isolate> | undefined {
    return this.#pump.get(id);
  }

  isWaitedIn(isolate: Isolate): boolean {
    return this.#pump.of(isolate).length > 0;
  }

  /** The first entry of an event begins. */
  enter(id: number): void {
    this.#entering = id;
    this.#settled = null;
  }

  /** That entry has ended, well or not. */
  leave(): void {
    this.#entering = 0;
  }

  /** What the first entry of an event came to: its answer, or `p` where the handler waits. */
  entered(event: PendingEvent<Version, Isolate>, answer: string): void {
    const settled = answer === "p" ? this.#settled : answer;
    if (settled !== null) {
      this.#deliver(event, settled, event.cpuMs);
      return;
    }
    this.#pump.add(event);
    this.#answers.pending(event.id);
  }

  /** What an event that waited has failed with after an entry, if it has; the entry may have answered it first. */
  failureOf(event: PendingEvent<Version, Isolate>, fault: HostFault | null, isTimed: boolean): HostFault | null {
    if (this.#pump.get(event.id) !== event) return null;
    const { cpuMs } = this.#limits;
    if (fault !== null || event.cpuMs <= cpuMs || !isTimed) return fault;
    return { reason: "timeout", message: `The handler used more than ${cpuMs} ms of CPU time` };
  }

  /** Forgets an event and stops its timers. */
  finish(id: number): void {
    this.#pump.finish(id);
  }

  fail({ id, version, cpuMs }: PendingEvent<Version, Isolate>, fault: HostFault): void {
    this.#answers.fault(id, version.locate(fault), cpuMs);
  }

  /** Nothing that waits in a broken isolate can go on. */
  abandon(isolate: Isolate): void {
    for (const { id } of this.#pump.of(isolate)) {
      this.#pump.finish(id);
      const message = "The isolate of the script was lost to another event while this one waited";
      this.#answers.fault(id, { reason: "crashed", message });
    }
  }

  answered(id: number, text: string): void {
    if (id === this.#entering) {
      this.#settled = text;
      return;
    }
    const event = this.#pump.get(id);
    if (event !== undefined) this.#deliver(event, text, event.cpuMs + event.isolate.entryCpuMs);
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

  #deliver({ id, version }: PendingEvent<Version, Isolate>, text: string, cpuMs: number): void {
    this.#pump.finish(id);
    passOn(this.#answers, version, id, text, cpuMs, this.#limits.decisionBytes);
  }
}
