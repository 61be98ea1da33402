/**
 * Removes the records of calls that are too old, or too many: looked for at the start and once an hour, a few at a time, so
 * that nothing waits for it.
 */
import type { Clock, Timer } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "../port/store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_AT_ONCE = 1_000;
const NEXT_MS = 100;
/** Before all that there is. */
const NEVER = "";

export interface RecordLimits {
  /** `null`: as long as there are not too many. */
  readonly days: number | null;
  readonly rows: number;
}

export class RecordRetention {
  readonly #store: Pick<Store["cdrs"], "trim">;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: () => RecordLimits;
  #removed = 0;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor(parts: {
    readonly store: Pick<Store["cdrs"], "trim">;
    readonly clock: Clock;
    readonly log: Log;
    readonly limits: () => RecordLimits;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#limits = parts.limits;
  }

  start(): void {
    this.expire();
  }

  expire(): void {
    this.#timer = null;
    const { days, rows } = this.#limits();
    const before = days === null ? NEVER : isoTime(this.#clock.now() - days * DAY_MS);
    this.#store.trim(before, rows, MOST_AT_ONCE).then(
      (removed) => this.#goOn(removed),
      (error: unknown) => {
        this.#log.warn("Old records of calls could not be removed", { error });
        this.#wait(HOUR_MS);
      },
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #goOn(removed: number): void {
    this.#removed += removed;
    if (removed > 0) {
      this.#wait(NEXT_MS);
      return;
    }
    if (this.#removed > 0) this.#log.info("Old records of calls were removed", { removed: this.#removed });
    this.#removed = 0;
    this.#wait(HOUR_MS);
  }

  #wait(ms: number): void {
    if (!this.#isStopped) this.#timer = this.#clock.startTimer(ms, this, "trim");
  }
}
