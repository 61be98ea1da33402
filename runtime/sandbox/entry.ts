/** One run on its way: from the moment it is asked for until its outcome. */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { ScriptRun, ScriptRunOwner } from "../port/script.ts";
import type { LoadedVersion } from "./versions.ts";

export interface EntryOwner {
  /** A pending entry has waited for as long as a handler may. */
  deadlinePassed(entry: Entry): void;
}

/** Where an entry was sent. */
export interface EntryHost {
  abort(entry: Entry): void;
  /** What came of an operation: the text of a `result`. */
  conclude(entry: Entry, number: number, text: string): void;
}

/** What the host is to do: run an event, or, where `work` is `null`, make the isolate ready. */
export interface RunWork {
  readonly run: ScriptRun;
  readonly owner: ScriptRunOwner;
  readonly handler: number;
}

export class Entry implements TimerOwner {
  readonly ticket: number;
  readonly version: LoadedVersion;
  readonly work: RunWork | null;
  /** Where it is, and its number there. */
  host: EntryHost | null = null;
  id = 0;
  /** When it was asked for, and when it went to its host, by the monotonic clock. */
  readonly askedAt: number;
  sentAt = 0;
  /** Whether it was sent a second time: a first host was lost while it waited there. */
  isResent = false;
  /** Nobody waits for its outcome any more. */
  isOver = false;
  lines = 0;
  /** Operations it has asked for. */
  operations = 0;
  /** The names of those without a result, by their numbers. */
  #awaited: Map<number, string> | null = null;
  #over: AbortController | null = null;
  #deadline: Timer | null = null;
  #owner: EntryOwner | null = null;

  constructor(ticket: number, version: LoadedVersion, work: RunWork | null, askedAt: number) {
    this.ticket = ticket;
    this.version = version;
    this.work = work;
    this.askedAt = askedAt;
  }

  awaits(number: number, name: string): void {
    this.#awaited ??= new Map();
    this.#awaited.set(number, name);
  }

  awaitsNoMore(number: number): void {
    this.#awaited?.delete(number);
  }

  /** The oldest operation without a result. */
  get awaited(): string | undefined {
    return this.#awaited?.values().next().value;
  }

  /** Aborted when this is over. */
  get signal(): AbortSignal {
    this.#over ??= new AbortController();
    if (this.isOver) this.#over.abort();
    return this.#over.signal;
  }

  /** Nobody waits for its outcome any more. */
  end(): void {
    this.isOver = true;
    this.#over?.abort();
  }

  startDeadline(clock: Clock, ms: number, owner: EntryOwner): void {
    this.#owner = owner;
    this.#deadline = clock.startTimer(ms, this, "deadline");
  }

  expire(): void {
    this.#deadline = null;
    this.#owner?.deadlinePassed(this);
  }

  stopDeadline(): void {
    this.#deadline?.cancel();
    this.#deadline = null;
  }
}
