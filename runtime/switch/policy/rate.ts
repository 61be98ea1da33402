/** How often something may happen in a second: what was not used is kept for a second, and of a slow rate for one time. */
import type { Clock } from "../../base/clock.ts";

export class Rate {
  readonly perSecond: number;
  readonly #clock: Pick<Clock, "now">;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, clock: Pick<Clock, "now">) {
    this.perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = this.#most;
    this.#filledAt = clock.now();
  }

  /** Whether it may happen now. */
  get isFree(): boolean {
    this.#fill();
    return this.#tokens >= 1;
  }

  /** It has happened. */
  take(): void {
    this.#fill();
    this.#tokens--;
  }

  get #most(): number {
    return Math.max(1, this.perSecond);
  }

  #fill(): void {
    const now = this.#clock.now();
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#most, this.#tokens + seconds * this.perSecond);
  }
}
