/** How many calls the switch takes: so many at once, and so many new ones a second. What exceeds it is refused at once. */
import type { Clock } from "../../base/clock.ts";

export interface CallLimits {
  readonly max: number;
  readonly perSecond: number;
}

export type Admission = "admitted" | "calls" | "calls-per-second";

export class AdmissionControl {
  #limits: CallLimits;
  readonly #clock: Clock;
  /** Calls that may begin now: filled with `perSecond` a second, up to one second's worth. */
  #tokens: number;
  #filledAt: number;

  constructor(limits: CallLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.perSecond;
    this.#filledAt = clock.now();
  }

  get limits(): CallLimits {
    return this.#limits;
  }

  configure(limits: CallLimits): void {
    this.#limits = limits;
    this.#tokens = Math.min(this.#tokens, limits.perSecond);
  }

  /** Whether one more call may begin while `active` are up. */
  admit(active: number): Admission {
    if (active >= this.#limits.max) return "calls";
    this.#fill();
    return this.#tokens < 1 ? "calls-per-second" : "admitted";
  }

  /** A call begins. What is only challenged or refused does not count. */
  note(): void {
    this.#tokens--;
  }

  #fill(): void {
    const now = this.#clock.now();
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#limits.perSecond, this.#tokens + seconds * this.#limits.perSecond);
  }
}
