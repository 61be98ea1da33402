/**
 * One media worker as the main thread sees it: sends what was asked in one turn as one message, and ends a worker that
 * hangs. Its end is always told by `onGone`, once and never within a call to it.
 */
import { type Transferable, Worker } from "node:worker_threads";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { CodecName } from "../../port/media.ts";
import type { Command, EndpointEvent, WorkerCounters, WorkerEvent, WorkerSettings } from "./protocol.ts";

const PING_MS = 1_000;
/** Pings in a row that a worker may leave unanswered: one that is silent for longer plays nothing either. */
export const MAX_UNANSWERED_PINGS = 4;
/** How long a worker may take to be ready, to finish its recordings at the end, and to die. */
export const START_TIMEOUT_MS = 10_000;
export const STOP_TIMEOUT_MS = 5_000;
const DEATH_TIMEOUT_MS = 1_000;

export interface WorkerUser {
  onReady(worker: WorkerThread, codecs: readonly CodecName[]): void;
  onEvent(event: EndpointEvent, worker: WorkerThread): void;
  onGone(worker: WorkerThread, reason: string): void;
}

export interface WorkerThreadOptions {
  /** The worker's module. */
  readonly module: URL;
  readonly settings: WorkerSettings;
  readonly clock: Clock;
}

export class WorkerThread implements TimerOwner {
  /** Endpoints that live there. */
  load = 0;
  counters: WorkerCounters | null = null;
  readonly startedMs: number;
  readonly #clock: Clock;
  readonly #user: WorkerUser;
  readonly #worker: Worker;
  #state: "starting" | "ready" | "dying" | "gone" = "starting";
  #outbox: Command[] = [];
  #transfer: Transferable[] = [];
  #unanswered = 0;
  #timer: Timer;
  #reason = "";

  constructor(options: WorkerThreadOptions, user: WorkerUser) {
    this.#clock = options.clock;
    this.#user = user;
    this.startedMs = options.clock.now();
    // Flags of this process are not passed on: some are refused in a thread.
    this.#worker = new Worker(options.module, { name: "media", workerData: options.settings, execArgv: [] });
    this.#worker.on("message", (events: readonly WorkerEvent[]) => this.#receive(events));
    this.#worker.on("error", (error: unknown) => {
      this.#reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.#worker.on("exit", (code) => {
      this.#reason ||= `it ended by itself with exit code ${code}`;
      this.#gone();
    });
    this.#timer = this.#clock.startTimer(START_TIMEOUT_MS, this, "start");
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** Commands leave at the end of the turn, in their order. */
  post(command: Command, transfer?: Transferable): void {
    if (this.#state === "gone") return;
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push(command);
    if (transfer !== undefined) this.#transfer.push(transfer);
  }

  /** Lets it end what it does; ends it by force when that takes too long. */
  stop(): void {
    if (this.#state !== "starting" && this.#state !== "ready") return;
    this.post({ type: "stop" });
    this.#state = "dying";
    this.#startTimer(STOP_TIMEOUT_MS, "stop");
  }

  expire(kind: string): void {
    switch (kind) {
      case "start":
        this.#kill(`it was not ready within ${START_TIMEOUT_MS} ms`);
        break;
      case "ping":
        this.#ping();
        break;
      case "stop":
        this.#kill(`it did not stop within ${STOP_TIMEOUT_MS} ms`);
        break;
      case "death":
        this.#gone();
        break;
    }
  }

  #receive(events: readonly WorkerEvent[]): void {
    for (const event of events) {
      if (this.#state === "gone") return;
      if (event.type === "ready") this.#ready(event.codecs);
      else if (event.type === "alive") this.#alive(event.counters);
      else this.#user.onEvent(event, this);
    }
  }

  #ready(codecs: readonly CodecName[]): void {
    if (this.#state !== "starting") return;
    this.#state = "ready";
    this.#startTimer(PING_MS, "ping");
    this.#user.onReady(this, codecs);
  }

  #alive(counters: WorkerCounters): void {
    this.#unanswered = 0;
    this.counters = counters;
  }

  #ping(): void {
    this.#startTimer(PING_MS, "ping");
    this.#unanswered++;
    if (this.#unanswered <= MAX_UNANSWERED_PINGS) {
      this.post({ type: "ping" });
      return;
    }
    // Where this thread has been stalled itself, the answers are here already and are read before the immediate.
    setImmediate(() => {
      if (this.#state !== "ready" || this.#unanswered === 0) return;
      this.#kill(`it has not answered for ${this.#unanswered - 1} s`);
    });
  }

  #kill(reason: string): void {
    this.#reason = reason;
    this.#state = "dying";
    // A thread that hangs in native code does not die: nobody waits for it.
    this.#startTimer(DEATH_TIMEOUT_MS, "death");
    void this.#worker.terminate();
  }

  #flush(): void {
    const [commands, transfer] = [this.#outbox, this.#transfer];
    this.#outbox = [];
    this.#transfer = [];
    if (this.#state !== "gone") this.#worker.postMessage(commands, transfer);
  }

  #gone(): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#timer.cancel();
    this.#user.onGone(this, this.#reason);
  }

  #startTimer(ms: number, kind: "ping" | "stop" | "death"): void {
    this.#timer.cancel();
    this.#timer = this.#clock.startTimer(ms, this, kind);
  }
}
