/** How often something may happen: so many times a second, and as often as `burst` says at once, after a pause. */
import type { Clock } from "./clock.ts";

export interface Pace {
  /** Below 1: once in so many seconds. */
  readonly perSecond: number;
  readonly burst: number;
}

/** What was not used of each second is kept for a second, and of a slow pace for one time. */
export function evenPace(perSecond: number): Pace {
  return { perSecond, burst: Math.max(1, perSecond) };
}

export class TokenBucket {
  readonly #clock: Pick<Clock, "now">;
  #pace: Pace;
  #tokens: number;
  #filledAt: number;

  constructor(pace: Pace, clock: Pick<Clock, "now">) {
    this.#pace = pace;
    this.#clock = clock;
    this.#tokens = pace.burst;
    this.#filledAt = clock.now();
  }

  get pace(): Pace {
    return this.#pace;
  }

  /** What has been used up stays used up. */
  adopt(pace: Pace): void {
    this.#fill();
    this.#pace = pace;
    this.#tokens = Math.min(this.#tokens, pace.burst);
  }

  /** How often it may happen now; below 0 where it has happened all the same. */
  get left(): number {
    this.#fill();
    return this.#tokens;
  }

  get isFree(): boolean {
    return this.left >= 1;
  }

  /** It has happened, whether it might or not. */
  spend(tokens = 1): void {
    this.#fill();
    this.#tokens -= tokens;
  }

  /** Whether it may happen now; where it may, it has. */
  take(): boolean {
    if (!this.isFree) return false;
    this.#tokens--;
    return true;
  }

  /** Until it may happen again. */
  get waitMs(): number {
    return Math.max(0, ((1 - this.left) / this.#pace.perSecond) * 1000);
  }

  refill(): void {
    this.#tokens = this.#pace.burst;
    this.#filledAt = this.#clock.now();
  }

  #fill(): void {
    const now = this.#clock.now();
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + seconds * this.#pace.perSecond);
  }
}
