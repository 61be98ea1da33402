/**
 * A host process under supervision: entries go in, outcomes come out. An entry that runs for too long, a process that
 * dies or grows too large ends the host; what did not run there is given back to be sent to another.
 */
import type { Clock } from "../base/clock.ts";
import { AttachedDebuggers, type DebuggedHost, type HostInspector } from "./attached-debuggers.ts";
import { Backlog } from "./backlog.ts";
import type { Entry, EntryHost, EntryOwner } from "./entry.ts";
import { toAscii } from "./frame.ts";
import type { HostCommand } from "./host-command.ts";
import { type EntryListener, HostFrames, type SpeakingHost } from "./host-frames.ts";
import { type Exit, HostProcess } from "./host-process.ts";
import { MOST_MESSAGE_CHARACTERS, TO_INSPECTED } from "./inspector-frames.ts";
import type { SandboxLimits } from "./limits.ts";
import { OverdueWatch, type WatchedHost } from "./overdue-watch.ts";
import { PendingHandlers } from "./pending-handlers.ts";
import { ESCAPE_BYTES, SEED_BYTES, TO_HOST, writeNumbered, writeOperation, writeRun } from "./protocol.ts";
import { nextSeed, seeds } from "./seeds.ts";
import { bundleText, type LoadedVersion } from "./versions.ts";

/** Bytes that have not gone out: beyond, a host takes no more. */
const MOST_QUEUED_BYTES = 8 * 1024 * 1024;
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

export interface HostOwner extends EntryListener {
  hostReady(host: Host): void;
  hostLost(host: Host, lost: LostHost): void;
  /** A pending handler has waited for too long. */
  overdue(entry: Entry): void;
}

export class Host implements EntryHost, EntryOwner, SpeakingHost, WatchedHost, DebuggedHost {
  readonly #process: HostProcess;
  readonly #owner: HostOwner;
  readonly #clock: Clock;
  readonly #backlog = new Backlog();
  readonly #pending: PendingHandlers;
  readonly #watch: OverdueWatch;
  readonly #frames: HostFrames;
  /** `null`: nobody debugs scripts here. */
  readonly #debuggers: AttachedDebuggers | null;
  #lastId = 0;
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
    this.#clock = clock;
    const backlog = this.#backlog;
    const pending = new PendingHandlers(this, clock, limits.handlerMs);
    const watch = new OverdueWatch(this, backlog, clock, limits.eventMs);
    const debuggers = inspector === null ? null : new AttachedDebuggers(inspector, this, watch, pending);
    this.#pending = pending;
    this.#watch = watch;
    this.#debuggers = debuggers;
    this.#frames = new HostFrames(this, { backlog, pending, watch, debuggers }, owner, limits);
    const answerBytes = limits.decisionBytes + limits.stateBytes * ESCAPE_BYTES;
    const inspectorBytes = inspector === null ? 0 : MOST_MESSAGE_CHARACTERS * ESCAPE_BYTES;
    const limitBytes = Math.max(answerBytes, limits.operationBytes * ESCAPE_BYTES, inspectorBytes);
    this.#process = new HostProcess(command, limitBytes + FRAME_SLACK_BYTES, this.#frames);
    writeNumbered(this.#process.outgoing(), TO_HOST.setup, 0, setup);
    watch.started();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  get backlog(): number {
    return this.#backlog.length;
  }

  get isBehind(): boolean {
    return this.#backlog.isLong;
  }

  get isFull(): boolean {
    return this.#pending.isFull || this.#backlog.isFull || this.#process.queuedBytes > MOST_QUEUED_BYTES;
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
    this.#watch.begin();
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
    if (this.#pending.remove(entry)) writeNumbered(this.#process.outgoing(), TO_HOST.abort, entry.id);
  }

  conclude(entry: Entry, number: number, text: string): void {
    if (!this.isLost) writeOperation(this.#process.outgoing(), TO_HOST.result, entry.id, number, text);
  }

  inspect(what: keyof typeof TO_INSPECTED, slot: number, text = ""): void {
    if (this.isLost) return;
    writeNumbered(this.#process.outgoing(), TO_INSPECTED[what], slot, toAscii(text));
    if (what === "attach") this.#debuggers?.attached(slot);
    else if (what === "detach") this.#debuggers?.detached(slot);
  }

  /** Ends the process; nothing is reported. */
  stop(): Promise<Exit> {
    this.isLost = true;
    this.#watch.stop();
    this.#pending.takeAll();
    this.#process.kill();
    return this.#process.exited;
  }

  ready(now: number): void {
    if (this.isReady) return;
    this.isReady = true;
    this.#watch.ready(now);
    this.#owner.hostReady(this);
  }

  /** The process has grown too large. */
  tooLarge(): void {
    this.#lose("too-large");
  }

  stuck(): void {
    this.#lose("stuck");
  }

  gone(): void {
    this.#lose("died");
  }

  deadlinePassed(entry: Entry): void {
    this.abort(entry);
    this.#owner.overdue(entry);
  }

  #lose(loss: Loss): void {
    if (this.isLost) return;
    this.isLost = true;
    this.#watch.stop();
    this.#process.kill();
    // What was sent ahead to a host that never came up is not to blame for it.
    const running = this.isReady ? this.#backlog.running : undefined;
    const isSure = running !== undefined && performance.now() - this.#backlog.since > SURE_MS;
    const culprit = loss === "too-large" && !isSure ? this.#frames.hoarder : running;
    const waiting = this.#backlog.takeAll().filter((entry) => entry !== running && !entry.isOver);
    const begun = new Set(this.#pending.takeAll());
    if (running !== undefined) begun.add(running);
    if (culprit !== undefined) begun.delete(culprit);
    this.#debuggers?.hostGone();
    this.#owner.hostLost(this, { loss, culprit, pending: [...begun], waiting, exited: this.#process.exited });
  }

  /** Never 0, which the isolate takes for "none". */
  #nextId(): number {
    this.#lastId = this.#lastId >= 0xfffffffe ? 1 : this.#lastId + 1;
    return this.#lastId;
  }
}
