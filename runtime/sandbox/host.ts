/**
 * A host process under supervision: entries go in, outcomes come out. An entry that runs for too long, a process that
 * dies or grows too large ends the host; what did not run there is given back to be sent to another.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { ScriptOutcome } from "../port/script.ts";
import { Backlog } from "./backlog.ts";
import type { Entry, EntryOwner } from "./entry.ts";
import { toAscii } from "./frame.ts";
import type { HostCommand } from "./host-command.ts";
import { type Exit, HostProcess, type HostProcessOwner } from "./host-process.ts";
import { FROM_INSPECTED, isInspectorFrame, MOST_MESSAGE_CHARACTERS, TO_INSPECTED } from "./inspector-frames.ts";
import type { SandboxLimits } from "./limits.ts";
import { type AskedOperation, type HostAnswer, parseAnswer, parseLogLine, parseOperation } from "./parse.ts";
import { mainThreadCpuMs } from "./process-usage.ts";
import {
  ANSWER,
  ENTRY,
  ESCAPE_BYTES,
  LOAD_MS,
  OPERATION,
  SEED_BYTES,
  TO_HOST,
  TO_SWITCH,
  writeNumbered,
  writeOperation,
  writeRun,
} from "./protocol.ts";
import { nextSeed, seeds } from "./seeds.ts";
import { bundleText, type LoadedVersion } from "./versions.ts";

/** The engine's own timeout comes first; what it cannot stop is stopped this much later. */
const GRACE_MS = 100;
/** Handlers that wait at the same time, and bytes that have not gone out: beyond, a host takes no more. */
const MOST_PENDING = 10_000;
const MOST_QUEUED_BYTES = 8 * 1024 * 1024;
/** A process that is not ready by then never will be. */
const START_MS = 10_000;
/**
 * A host that is overdue is watched for this long: one that burns CPU without an answer is stuck, one that gets none is
 * kept waiting by the machine, and waits on, within bounds.
 */
const LOOK_MS = 20;
const BURNT_MS = 4;
const STARVED_MS = 1000;
/**
 * A host may grow over many events: only one that has run for so long is itself what made it too large. Else it is the
 * one that the host has named, not whichever happens to run.
 */
const SURE_MS = 10;
/** Around what the host says: decision and state, or an operation, as escaped JSON; a log line or a fault, clipped. */
const FRAME_SLACK_BYTES = 64 * 1024;

export type Loss = "died" | "stuck" | "too-large";

export interface LostHost {
  readonly loss: Loss;
  /** What it was lost to. */
  readonly culprit: Entry | undefined;
  /** Handlers that were begun and cannot go on. */
  readonly pending: readonly Entry[];
  /** Entries that did not run. */
  readonly waiting: readonly Entry[];
  readonly exited: Promise<Exit>;
}

export interface HostOwner {
  hostReady(host: Host): void;
  hostLost(host: Host, lost: LostHost): void;
  outcome(entry: Entry, outcome: ScriptOutcome, answer: HostAnswer): void;
  logLine(entry: Entry, level: number, text: string): void;
  operation(entry: Entry, asked: AskedOperation): void;
  /** A pending handler has waited for too long. */
  overdue(entry: Entry): void;
}

/** Hears of debuggers, where scripts are debugged. */
export interface HostInspector {
  isolateReady(host: Host, slot: number): void;
  isolateGone(host: Host, slot: number): void;
  /** What the engine says to whoever is attached. */
  said(host: Host, slot: number, text: string): void;
  hostGone(host: Host): void;
}

export class Host implements HostProcessOwner, TimerOwner, EntryOwner {
  readonly #process: HostProcess;
  readonly #owner: HostOwner;
  readonly #clock: Clock;
  readonly #limits: SandboxLimits;
  readonly #backlog = new Backlog();
  readonly #pending = new Map<number, Entry>();
  #lastId = 0;
  /** Read once for all frames that arrived together. */
  #now = 0;
  #watch: Timer | null = null;
  /** What is overdue, by when it began, and the CPU time of the host when that was noticed. */
  #suspected: { readonly since: number; readonly cpuMs: number } | null = null;
  #lastRan: Entry | undefined;
  /** What has last made the process much larger. */
  #hoarder: Entry | undefined;
  /** `null`: nobody debugs scripts here. */
  readonly #inspector: HostInspector | null;
  /** Versions with a debugger attached: no time counts for a script that may stand still. */
  readonly #debugged = new Set<number>();
  isReady = false;
  isLost = false;

  constructor(
    command: HostCommand,
    setup: string,
    limits: SandboxLimits,
    clock: Clock,
    owner: HostOwner,
    inspector: HostInspector | null = null,
  ) {
    this.#owner = owner;
    this.#inspector = inspector;
    this.#clock = clock;
    this.#limits = limits;
    const answerBytes = limits.decisionBytes + limits.stateBytes * ESCAPE_BYTES;
    const inspectorBytes = inspector === null ? 0 : MOST_MESSAGE_CHARACTERS * ESCAPE_BYTES;
    const limitBytes = Math.max(answerBytes, limits.operationBytes * ESCAPE_BYTES, inspectorBytes);
    this.#process = new HostProcess(command, limitBytes + FRAME_SLACK_BYTES, this);
    writeNumbered(this.#process.outgoing(), TO_HOST.setup, 0, setup);
    this.#startWatch(START_MS);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get #isHeld(): boolean {
    return this.#debugged.size > 0;
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  get backlog(): number {
    return this.#backlog.length;
  }

  get isFull(): boolean {
    if (this.#pending.size >= MOST_PENDING) return true;
    return this.#backlog.isFull || this.#process.queuedBytes > MOST_QUEUED_BYTES;
  }

  load(version: LoadedVersion): void {
    writeNumbered(this.#process.outgoing(), TO_HOST.load, version.slot, bundleText(version));
  }

  unload(version: LoadedVersion): void {
    writeNumbered(this.#process.outgoing(), TO_HOST.unload, version.slot);
  }

  send(entry: Entry, now: number): void {
    entry.host = this;
    entry.id = this.#nextId();
    entry.sentAt = now;
    this.#backlog.push(entry);
    if (this.#watch === null && !this.#isHeld) this.#startWatch(this.#entryLimitMs());
    const { work, version } = entry;
    if (work === null) {
      writeNumbered(this.#process.outgoing(), TO_HOST.warm, entry.id, String(version.slot));
      return;
    }
    const { given, trace, state, json } = work.run;
    const time = given?.now ?? this.#clock.now();
    const seed = given === undefined ? seeds : Buffer.from(given.seed, "latin1");
    const seedOffset = given === undefined ? nextSeed(SEED_BYTES) : 0;
    trace?.sent({ now: time, seed: seed.toString("latin1", seedOffset, seedOffset + SEED_BYTES) });
    writeRun(this.#process.outgoing(), {
      id: entry.id,
      slot: version.slot,
      handler: work.handler,
      now: time,
      seed,
      seedOffset,
      state: toAscii(state),
      json: toAscii(json),
    });
  }

  /** Nobody waits for this entry any more. One that is still to run, runs; one that is pending is dropped. */
  abort(entry: Entry): void {
    if (this.#pending.get(entry.id) !== entry) return;
    this.#pending.delete(entry.id);
    entry.stopDeadline();
    writeNumbered(this.#process.outgoing(), TO_HOST.abort, entry.id);
  }

  conclude(entry: Entry, number: number, text: string): void {
    if (!this.isLost) writeOperation(this.#process.outgoing(), TO_HOST.result, entry.id, number, text);
  }

  /** Says something to the debugger's side of a version. */
  inspect(what: keyof typeof TO_INSPECTED, slot: number, text = ""): void {
    if (this.isLost) return;
    writeNumbered(this.#process.outgoing(), TO_INSPECTED[what], slot, toAscii(text));
    if (what === "attach") this.#hold(slot);
    else if (what === "detach") this.#release(slot);
  }

  /** Ends the process; nothing is reported. */
  stop(): Promise<Exit> {
    this.isLost = true;
    this.#watch?.cancel();
    for (const entry of this.#pending.values()) entry.stopDeadline();
    this.#process.kill();
    return this.#process.exited;
  }

  /** The process has grown too large. */
  tooLarge(): void {
    this.#lose("too-large");
  }

  frame(buffer: Buffer, start: number, end: number): void {
    if (this.isLost) return;
    if (this.#now === 0) this.#now = performance.now();
    const now = this.#now;
    const kind = buffer[start];
    const isAnswer = kind === TO_SWITCH.returned || kind === TO_SWITCH.fault;
    if (end - start < (isAnswer ? ANSWER.text : ENTRY.body)) {
      // Only a host that a script has taken over speaks like this.
      this.#lose("died");
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
      this.#heardInspector(kind, id, buffer.toString("latin1", start + ENTRY.body, end));
    } else this.#note(kind, id, now);
  }

  drained(): void {
    this.#now = 0;
  }

  gone(): void {
    this.#lose("died");
  }

  expire(): void {
    this.#watch = null;
    if (!this.isReady) {
      this.#lose("stuck");
      return;
    }
    const suspect = this.#backlog.running;
    if (suspect === undefined) return;
    const now = performance.now();
    const since = this.#backlog.since;
    const left = since + this.#entryLimitMs() - now;
    if (left > 0) this.#startWatch(left);
    else if (!this.#isStuck(since, -left)) this.#startWatch(LOOK_MS);
    else {
      // What has arrived meanwhile is read first: the answer may be among it.
      setImmediate(() => {
        if (this.isLost) return;
        if (this.#backlog.running === suspect && this.#backlog.since === since) this.#lose("stuck");
        else if (this.#watch === null) this.#startWatch(this.#entryLimitMs());
      });
    }
  }

  deadlinePassed(entry: Entry): void {
    this.abort(entry);
    this.#owner.overdue(entry);
  }

  #note(kind: number | undefined, id: number, now: number): void {
    if (kind === TO_SWITCH.pending) this.#suspend(id, now);
    else if (kind === TO_SWITCH.resumed) this.#resume(id, now);
    else if (kind === TO_SWITCH.paused) this.#backlog.resumed(null, now);
    else if (kind === TO_SWITCH.loading) this.#backlog.loading(now);
    else if (kind === TO_SWITCH.loaded) this.#backlog.loaded(now);
    else if (kind === TO_SWITCH.grown) this.#hoarder = this.#lastRan;
    else if (kind === TO_SWITCH.ready && !this.isReady) {
      this.isReady = true;
      // What was sent ahead begins now.
      this.#backlog.begin(now);
      this.#watch?.cancel();
      this.#startWatch(this.#entryLimitMs());
      this.#owner.hostReady(this);
    }
  }

  #settle(id: number, now: number, outcome: ScriptOutcome, answer: HostAnswer): void {
    const entry = this.#backlog.answer(id, now) ?? this.#pending.get(id);
    // An entry that was given up just before.
    if (entry === undefined) return;
    this.#lastRan = entry;
    if (this.#pending.size > 0 && this.#pending.delete(id)) entry.stopDeadline();
    if (!entry.isOver) this.#owner.outcome(entry, outcome, answer);
  }

  #suspend(id: number, now: number): void {
    const entry = this.#backlog.answer(id, now);
    if (entry === undefined) return;
    this.#lastRan = entry;
    this.#pending.set(id, entry);
    if (entry.isOver) this.abort(entry);
    else if (!this.#isHeld) entry.startDeadline(this.#clock, this.#limits.handlerMs, this);
  }

  #resume(id: number, now: number): void {
    const entry = this.#pending.get(id);
    if (entry === undefined) return;
    this.#backlog.resumed(entry, now);
    this.#lastRan = entry;
    if (this.#watch === null && !this.#isHeld) this.#startWatch(this.#entryLimitMs());
  }

  #operate(id: number, buffer: Buffer, start: number, end: number): void {
    const entry = this.#entered(id);
    if (entry === undefined || end - start < OPERATION.text) return;
    const text = buffer.toString("latin1", start + OPERATION.text, end);
    const asked = parseOperation(buffer.readUInt32LE(start + OPERATION.number), text, this.#limits);
    if (asked !== null) this.#owner.operation(entry, asked);
  }

  /** The entry of this id, where it can have begun. */
  #entered(id: number): Entry | undefined {
    const head = this.#backlog.head;
    return head?.id === id ? head : this.#pending.get(id);
  }

  #log(id: number, text: string): void {
    const entry = this.#entered(id);
    const line = parseLogLine(text);
    if (entry === undefined || line === null || ++entry.lines > this.#limits.logLines + 1) return;
    this.#owner.logLine(entry, line.level, line.text);
  }

  #heardInspector(kind: number, slot: number, text: string): void {
    // Of a host that was not started for it: a script has taken it over.
    if (this.#inspector === null) return;
    if (kind === FROM_INSPECTED.isolate) this.#inspector.isolateReady(this, slot);
    else if (kind === FROM_INSPECTED.message) this.#inspector.said(this, slot, text);
    else if (kind === FROM_INSPECTED.isolateGone) {
      this.#release(slot);
      this.#inspector.isolateGone(this, slot);
    }
  }

  #hold(slot: number): void {
    this.#debugged.add(slot);
    this.#watch?.cancel();
    this.#watch = null;
    for (const entry of this.#pending.values()) entry.stopDeadline();
  }

  /** What runs, and what waits, has its whole time again. */
  #release(slot: number): void {
    if (!this.#debugged.delete(slot) || this.#isHeld) return;
    this.#backlog.begin(performance.now());
    this.#startWatch(this.#entryLimitMs());
    for (const entry of this.#pending.values()) {
      entry.stopDeadline();
      entry.startDeadline(this.#clock, this.#limits.handlerMs, this);
    }
  }

  #lose(loss: Loss): void {
    if (this.isLost) return;
    this.isLost = true;
    this.#watch?.cancel();
    this.#process.kill();
    // What was sent ahead to a host that never came up is not to blame for it.
    const running = this.isReady ? this.#backlog.running : undefined;
    const isSure = running !== undefined && performance.now() - this.#backlog.since > SURE_MS;
    const culprit = loss === "too-large" && !isSure ? this.#hoarder : running;
    const waiting = this.#backlog.takeAll().filter((entry) => entry !== running && !entry.isOver);
    const begun = new Set(this.#pending.values());
    if (running !== undefined) begun.add(running);
    if (culprit !== undefined) begun.delete(culprit);
    for (const entry of this.#pending.values()) entry.stopDeadline();
    this.#pending.clear();
    this.#inspector?.hostGone(this);
    this.#owner.hostLost(this, { loss, culprit, pending: [...begun], waiting, exited: this.#process.exited });
  }

  #isStuck(since: number, overdueMs: number): boolean {
    const cpuMs = mainThreadCpuMs(this.#process.pid);
    if (cpuMs === null || overdueMs > STARVED_MS) return true;
    if (this.#suspected?.since !== since) this.#suspected = { since, cpuMs };
    return cpuMs - this.#suspected.cpuMs >= BURNT_MS;
  }

  #entryLimitMs(): number {
    return this.#limits.eventMs + GRACE_MS + (this.#backlog.isLoading ? LOAD_MS : 0);
  }

  #startWatch(ms: number): void {
    this.#watch = this.#clock.startTimer(ms, this, "watch");
  }

  /** Never 0, which the isolate takes for "none". */
  #nextId(): number {
    this.#lastId = this.#lastId >= 0xfffffffe ? 1 : this.#lastId + 1;
    return this.#lastId;
  }
}
