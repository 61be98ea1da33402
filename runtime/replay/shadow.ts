/**
 * A candidate beside the live version of a script: each event of a chosen share of calls runs on it once the live version
 * is done, with the answers that that one got. Nothing that it decides is done. What is too much is thrown away and
 * counted, before anything live would wait.
 */
import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { RecordedEvent } from "../port/journal.ts";
import type { EventComparison, ShadowStatus } from "../port/replay.ts";
import type { Candidate, Rehearsal } from "./rehearsal.ts";
import { type Memory, replayEvent } from "./replay-call.ts";

/** Events that wait, those that run at the same time, and those taken in a second. */
const MOST_WAITING = 256;
const MOST_RUNNING = 4;
const MOST_PER_SECOND = 200;
/** Calls that are followed; beyond, the one that began first is let go. */
const MOST_CALLS = 1000;
const MOST_DIFFERENCES = 20;

interface Followed {
  readonly waiting: RecordedEvent[];
  memory: Memory;
  isRunning: boolean;
}

export interface ShadowParts {
  readonly candidate: Candidate;
  readonly percent: number;
  readonly rehearsal: Rehearsal;
  readonly clock: Clock;
  /** 0 up to, and without, 1. */
  readonly random: () => number;
  counted(result: EventComparison["result"] | "dropped"): void;
}

export class Shadow {
  readonly #parts: ShadowParts;
  readonly #startedAt: number;
  readonly #calls = new Map<string, Followed>();
  readonly #differences: ShadowStatus["differences"][number][] = [];
  readonly #counts = { same: 0, different: 0, skipped: 0, dropped: 0 };
  #faults = 0;
  #callCount = 0;
  #waiting = 0;
  #running = 0;
  #second = 0;
  #takenInSecond = 0;
  #isStopped = false;

  constructor(parts: ShadowParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  get version(): number {
    return this.#parts.candidate.ref.version;
  }

  /** An event of the live version is over. `read` is called only if it is wanted; it gives nothing where it was not kept. */
  offer(callId: string, number: number, read: () => RecordedEvent | undefined): void {
    if (this.#isStopped) return;
    const followed = this.#calls.get(callId) ?? (number === 1 ? this.#follow(callId) : undefined);
    if (followed === undefined) return;
    const event = this.#waiting < MOST_WAITING && this.#mayTake() ? read() : undefined;
    if (event === undefined) {
      this.#count("dropped");
      return;
    }
    followed.waiting.push(event);
    this.#waiting++;
    this.#next(callId, followed);
  }

  status(): ShadowStatus {
    const { candidate, percent } = this.#parts;
    const { script, version } = candidate.ref;
    const events = { ...this.#counts, faults: this.#faults, waiting: this.#waiting };
    const startedAt = isoTime(this.#startedAt);
    return { script, version, percent, startedAt, calls: this.#callCount, events, differences: [...this.#differences] };
  }

  stop(): void {
    this.#isStopped = true;
    this.#calls.clear();
    this.#waiting = 0;
  }

  #follow(callId: string): Followed | undefined {
    if (this.#parts.random() * 100 >= this.#parts.percent) return undefined;
    const [oldest] = this.#calls.keys();
    if (this.#calls.size >= MOST_CALLS && oldest !== undefined) this.#letGo(oldest);
    const followed: Followed = { waiting: [], memory: null, isRunning: false };
    this.#calls.set(callId, followed);
    this.#callCount++;
    return followed;
  }

  #letGo(callId: string): void {
    const followed = this.#calls.get(callId);
    this.#calls.delete(callId);
    for (const _ of followed?.waiting.splice(0) ?? []) {
      this.#waiting--;
      this.#count("dropped");
    }
  }

  #mayTake(): boolean {
    const second = Math.floor(this.#parts.clock.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#takenInSecond = 0;
    }
    return ++this.#takenInSecond <= MOST_PER_SECOND;
  }

  #next(callId: string, followed: Followed): void {
    if (followed.isRunning || this.#running >= MOST_RUNNING || this.#isStopped) return;
    const event = followed.waiting.shift();
    if (event === undefined) return;
    this.#waiting--;
    this.#running++;
    followed.isRunning = true;
    void this.#run(callId, followed, event).finally(() => {
      this.#running--;
      followed.isRunning = false;
      if (event.handler === "ended" && followed.waiting.length === 0) this.#calls.delete(callId);
      this.#next(callId, followed);
      this.#wakeAnother();
    });
  }

  #wakeAnother(): void {
    if (this.#waiting === 0) return;
    for (const [callId, followed] of this.#calls) {
      if (this.#running >= MOST_RUNNING) return;
      this.#next(callId, followed);
    }
  }

  async #run(callId: string, followed: Followed, event: RecordedEvent): Promise<void> {
    const { candidate, rehearsal } = this.#parts;
    try {
      const { comparison, memory } = await replayEvent(event, candidate, followed.memory, rehearsal);
      followed.memory = memory;
      if (this.#isStopped) return;
      this.#count(comparison.result);
      if (comparison.result === "different") this.#note(callId, event, comparison);
    } catch {
      // There is no host for it: the machine is short of something.
      this.#count("dropped");
    }
  }

  #note(call: string, event: RecordedEvent, comparison: EventComparison): void {
    if (comparison.fault?.replayed != null) this.#faults++;
    this.#differences.push({ call, recordedVersion: event.ref.version, ...comparison });
    if (this.#differences.length > MOST_DIFFERENCES) this.#differences.shift();
  }

  #count(result: EventComparison["result"] | "dropped"): void {
    this.#counts[result]++;
    this.#parts.counted(result);
  }
}
