/** How many requests come from where, or for whom: a bucket for each key that leaks, and a bounded number of buckets. */
import type { Clock } from "../base/clock.ts";

const MOST_BUCKETS = 10_000;

export interface Rate {
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

interface Bucket {
  level: number;
  at: number;
}

export class RequestRate {
  readonly #clock: Clock;
  /** In the order of the last request, so that the oldest goes first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request; seconds to wait where it is one too many, and then it does not count. */
  take(key: string, { perSecond, burst }: Rate): number {
    const now = this.#clock.now();
    const before = this.#buckets.get(key);
    // A clock that was put back refills nothing.
    const leaked = before === undefined ? 0 : (Math.max(0, now - before.at) * perSecond) / 1000;
    const level = Math.max(0, (before?.level ?? 0) - leaked) + 1;
    if (level > burst) return Math.max(1, Math.ceil((level - burst) / perSecond));
    this.#buckets.delete(key);
    this.#buckets.set(key, { level, at: now });
    if (this.#buckets.size > MOST_BUCKETS) this.#forgetOldest();
    return 0;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
