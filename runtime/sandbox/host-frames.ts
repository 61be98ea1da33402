/**
 * What a host says, frame by frame: which entry it is about, and what follows for it. A host that a script has taken over
 * can say anything.
 */
import type { ScriptOutcome } from "../port/script.ts";
import type { AttachedDebuggers } from "./attached-debuggers.ts";
import type { Backlog } from "./backlog.ts";
import type { Entry } from "./entry.ts";
import type { HostProcessOwner } from "./host-process.ts";
import { isInspectorFrame } from "./inspector-frames.ts";
import type { SandboxLimits } from "./limits.ts";
import type { OverdueWatch } from "./overdue-watch.ts";
import { type AskedOperation, type HostAnswer, parseAnswer, parseLogLine, parseOperation } from "./parse.ts";
import type { PendingHandlers } from "./pending-handlers.ts";
import { ANSWER, ENTRY, OPERATION, TO_SWITCH } from "./protocol.ts";

/** Hears of entries. */
export interface EntryListener {
  outcome(entry: Entry, outcome: ScriptOutcome, answer: HostAnswer): void;
  logLine(entry: Entry, level: number, text: string): void;
  operation(entry: Entry, asked: AskedOperation): void;
}

/** The host that speaks. */
export interface SpeakingHost {
  readonly isLost: boolean;
  ready(now: number): void;
  /** The process is gone or does not speak the protocol. */
  gone(): void;
  /** Nobody waits for this entry any more. */
  abort(entry: Entry): void;
}

/** What it has to do, and what looks after that. */
export interface HostWork {
  readonly backlog: Backlog;
  readonly pending: PendingHandlers;
  readonly watch: OverdueWatch;
  /** `null`: nobody debugs scripts here. */
  readonly debuggers: AttachedDebuggers | null;
}

export class HostFrames implements HostProcessOwner {
  readonly #host: SpeakingHost;
  readonly #backlog: Backlog;
  readonly #pending: PendingHandlers;
  readonly #watch: OverdueWatch;
  readonly #debuggers: AttachedDebuggers | null;
  readonly #listener: EntryListener;
  readonly #limits: SandboxLimits;
  /** Read once for all frames that arrived together. */
  #now = 0;
  #lastRan: Entry | undefined;
  #hoarder: Entry | undefined;

  constructor(host: SpeakingHost, work: HostWork, listener: EntryListener, limits: SandboxLimits) {
    this.#host = host;
    this.#backlog = work.backlog;
    this.#pending = work.pending;
    this.#watch = work.watch;
    this.#debuggers = work.debuggers;
    this.#listener = listener;
    this.#limits = limits;
  }

  /** What has last made the process much larger. */
  get hoarder(): Entry | undefined {
    return this.#hoarder;
  }

  frame(buffer: Buffer, start: number, end: number): void {
    if (this.#host.isLost) return;
    if (this.#now === 0) this.#now = performance.now();
    const now = this.#now;
    const kind = buffer[start];
    const isAnswer = kind === TO_SWITCH.returned || kind === TO_SWITCH.fault;
    if (end - start < (isAnswer ? ANSWER.text : ENTRY.body)) {
      // Only a host that a script has taken over speaks like this.
      this.#host.gone();
      return;
    }
    const id = buffer.readUInt32LE(start + ENTRY.id);
    if (isAnswer) {
      const { outcome, answer } = parseAnswer(buffer, start, end, this.#limits);
      this.#settle(id, now, outcome, answer);
    } else if (kind === TO_SWITCH.log) {
      this.#log(id, buffer.toString("latin1", start + ENTRY.body, end));
    } else if (kind === TO_SWITCH.operation) {
      this.#operate(id, buffer, start, end);
    } else if (isInspectorFrame(kind)) {
      // One of a host that was not started for it is dropped: a script has taken it over.
      this.#debuggers?.heard(kind, id, buffer.toString("latin1", start + ENTRY.body, end));
    } else this.#note(kind, id, now);
  }

  drained(): void {
    this.#now = 0;
  }

  gone(): void {
    this.#host.gone();
  }

  #note(kind: number | undefined, id: number, now: number): void {
    if (kind === TO_SWITCH.pending) this.#suspend(id, now);
    else if (kind === TO_SWITCH.resumed) this.#resume(id, now);
    else if (kind === TO_SWITCH.paused) this.#backlog.resumed(null, now);
    else if (kind === TO_SWITCH.loading) this.#backlog.loading(now);
    else if (kind === TO_SWITCH.loaded) this.#backlog.loaded(now);
    else if (kind === TO_SWITCH.grown) this.#hoarder = this.#lastRan;
    else if (kind === TO_SWITCH.ready) this.#host.ready(now);
  }

  #settle(id: number, now: number, outcome: ScriptOutcome, answer: HostAnswer): void {
    const entry = this.#backlog.answer(id, now) ?? this.#pending.get(id);
    // An entry that was given up just before.
    if (entry === undefined) return;
    this.#lastRan = entry;
    this.#pending.remove(entry);
    if (!entry.isOver) this.#listener.outcome(entry, outcome, answer);
  }

  #suspend(id: number, now: number): void {
    const entry = this.#backlog.answer(id, now);
    if (entry === undefined) return;
    this.#lastRan = entry;
    this.#pending.add(entry);
    if (entry.isOver) this.#host.abort(entry);
  }

  #resume(id: number, now: number): void {
    const entry = this.#pending.get(id);
    if (entry === undefined) return;
    this.#backlog.resumed(entry, now);
    this.#lastRan = entry;
    this.#watch.begin();
  }

  #operate(id: number, buffer: Buffer, start: number, end: number): void {
    const entry = this.#entered(id);
    if (entry === undefined || end - start < OPERATION.text) return;
    const text = buffer.toString("latin1", start + OPERATION.text, end);
    const asked = parseOperation(buffer.readUInt32LE(start + OPERATION.number), text, this.#limits);
    if (asked !== null) this.#listener.operation(entry, asked);
  }

  #log(id: number, text: string): void {
    const entry = this.#entered(id);
    const line = parseLogLine(text);
    if (entry === undefined || line === null || ++entry.lines > this.#limits.logLines + 1) return;
    this.#listener.logLine(entry, line.level, line.text);
  }

  /** The entry of this id, where it can have begun. */
  #entered(id: number): Entry | undefined {
    const head = this.#backlog.head;
    return head?.id === id ? head : this.#pending.get(id);
  }
}
