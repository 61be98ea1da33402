/**
 * The watch over a host: whether it comes up, and whether what runs there ends in time. An entry that is overdue is looked
 * at for a while, since a machine that is short of CPU is no fault of a script.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { Backlog } from "./backlog.ts";
import { mainThreadCpuMs } from "./process-usage.ts";
import { LOAD_MS } from "./protocol.ts";

/** The engine's own timeout comes first; what it cannot stop is stopped this much later. */
const GRACE_MS = 100;
/** A process that is not ready by then never will be. */
const START_MS = 10_000;
/**
 * A host that is overdue is watched for this long: one that burns CPU without an answer is stuck, one that gets none is
 * kept waiting by the machine, and waits on, within bounds.
 */
const LOOK_MS = 20;
const BURNT_MS = 4;
const STARVED_MS = 1000;

export interface WatchedHost {
  readonly pid: number | undefined;
  /** It does not come up, or does not come to an end with what it runs. */
  stuck(): void;
}

export class OverdueWatch implements TimerOwner {
  readonly #host: WatchedHost;
  readonly #backlog: Backlog;
  readonly #clock: Clock;
  readonly #eventMs: number;
  #timer: Timer | null = null;
  /** What is overdue, by when it began, and the CPU time of the host when that was noticed. */
  #suspected: { readonly since: number; readonly cpuMs: number } | null = null;
  #isReady = false;
  #isHeld = false;
  #isStopped = false;

  constructor(host: WatchedHost, backlog: Backlog, clock: Clock, eventMs: number) {
    this.#host = host;
    this.#backlog = backlog;
    this.#clock = clock;
    this.#eventMs = eventMs;
  }

  /** The process is started. */
  started(): void {
    this.#start(START_MS);
  }

  /** The host is up: what was sent ahead begins now. */
  ready(now: number): void {
    this.#isReady = true;
    this.#beginAgain(now);
  }

  /** Something runs there, or soon will. */
  begin(): void {
    if (this.#timer === null && !this.#isHeld) this.#start(this.#entryLimitMs());
  }

  /** No time counts until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** What runs has its whole time again. */
  release(): void {
    this.#isHeld = false;
    this.#beginAgain(performance.now());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  expire(): void {
    this.#timer = null;
    if (!this.#isReady) {
      this.#host.stuck();
      return;
    }
    const suspect = this.#backlog.running;
    if (suspect === undefined) return;
    const since = this.#backlog.since;
    const left = since + this.#entryLimitMs() - performance.now();
    if (left > 0) this.#start(left);
    else if (!this.#isStuck(since, -left)) this.#start(LOOK_MS);
    else {
      // What has arrived meanwhile is read first: the answer may be among it.
      setImmediate(() => {
        if (this.#isStopped || this.#isHeld) return;
        if (this.#backlog.running === suspect && this.#backlog.since === since) this.#host.stuck();
        else if (this.#timer === null) this.#start(this.#entryLimitMs());
      });
    }
  }

  #beginAgain(now: number): void {
    this.#backlog.begin(now);
    this.#timer?.cancel();
    this.#start(this.#entryLimitMs());
  }

  #isStuck(since: number, overdueMs: number): boolean {
    const cpuMs = mainThreadCpuMs(this.#host.pid);
    if (cpuMs === null || overdueMs > STARVED_MS) return true;
    if (this.#suspected?.since !== since) this.#suspected = { since, cpuMs };
    return cpuMs - this.#suspected.cpuMs >= BURNT_MS;
  }

  #entryLimitMs(): number {
    return this.#eventMs + GRACE_MS + (this.#backlog.isLoading ? LOAD_MS : 0);
  }

  #start(ms: number): void {
    this.#timer = this.#clock.startTimer(ms, this, "watch");
  }
}
