/**
 * How many calls the switch takes: so many at once, and so many new ones a second. What exceeds it is refused at once. A part
 * of both is kept for those whom we know, so that strangers cannot take all.
 */
import type { Clock } from "../../base/clock.ts";
import { evenPace, TokenBucket } from "../../base/token-bucket.ts";

/** Of the calls at once, and of what was saved up of a second. */
const KEPT_OF_CALLS = 0.1;
const KEPT_OF_SECOND = 0.5;

export interface CallLimits {
  readonly max: number;
  readonly perSecond: number;
}

export type Admission = "admitted" | "calls" | "calls-per-second";

export class AdmissionControl {
  #limits: CallLimits;
  /** Calls that may begin now. */
  readonly #bucket: TokenBucket;

  constructor(limits: CallLimits, clock: Clock) {
    this.#limits = limits;
    this.#bucket = new TokenBucket(evenPace(limits.perSecond), clock);
  }

  get limits(): CallLimits {
    return this.#limits;
  }

  configure(limits: CallLimits): void {
    this.#limits = limits;
    this.#bucket.adopt(evenPace(limits.perSecond));
  }

  /** Whether one more call may begin while `active` are up. `waiting`: strangers who have been admitted and not begun yet. */
  admit(active: number, isStranger = false, waiting = 0): Admission {
    const { max, perSecond } = this.#limits;
    const most = isStranger ? Math.ceil(max * (1 - KEPT_OF_CALLS)) - waiting : max;
    if (active >= most) return "calls";
    const kept = isStranger ? Math.floor(perSecond * KEPT_OF_SECOND) + waiting : 0;
    return this.#bucket.left < 1 + kept ? "calls-per-second" : "admitted";
  }

  /** A call begins. What is only challenged or refused does not count. */
  note(): void {
    this.#bucket.spend();
  }
}
