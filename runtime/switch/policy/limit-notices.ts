/**
 * Tells of limits that were reached, but not of each time: at once of the first, then once a minute of how many more have
 * come, until none does.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { PolicyLimit } from "../../port/policy.ts";

const EVERY_MS = 60_000;

export interface LimitNotice {
  readonly script: string;
  readonly limit: PolicyLimit;
  /** Of the first time that is told of here. */
  readonly detail: string;
  readonly count: number;
}

type Tell = (notice: LimitNotice) => void;

export class LimitNotices {
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #open = new Map<string, Window>();

  constructor(clock: Clock, tell: Tell) {
    this.#clock = clock;
    this.#tell = tell;
  }

  note(script: string, limit: PolicyLimit, detail: string): void {
    const key = `${script} ${limit}`;
    const open = this.#open.get(key);
    if (open !== undefined) {
      open.note(detail);
      return;
    }
    this.#tell({ script, limit, detail, count: 1 });
    const tell = (detail: string, count: number): void => this.#tell({ script, limit, detail, count });
    this.#open.set(key, new Window(this.#clock, tell, () => this.#open.delete(key)));
  }

  /** Tells what has not been told yet. */
  flush(): void {
    for (const window of this.#open.values()) window.close();
    this.#open.clear();
  }
}

class Window implements TimerOwner {
  readonly #clock: Clock;
  readonly #tell: (detail: string, count: number) => void;
  readonly #onEmpty: () => void;
  #detail = "";
  #count = 0;
  #timer: Timer;

  constructor(clock: Clock, tell: (detail: string, count: number) => void, onEmpty: () => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#onEmpty = onEmpty;
    this.#timer = clock.startTimer(EVERY_MS, this, "notices");
  }

  note(detail: string): void {
    if (this.#count++ === 0) this.#detail = detail;
  }

  close(): void {
    this.#timer.cancel();
    if (this.#count > 0) this.#tell(this.#detail, this.#count);
  }

  expire(): void {
    if (this.#count === 0) {
      this.#onEmpty();
      return;
    }
    this.#tell(this.#detail, this.#count);
    this.#count = 0;
    this.#timer = this.#clock.startTimer(EVERY_MS, this, "notices");
  }
}
