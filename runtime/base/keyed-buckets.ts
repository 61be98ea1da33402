/** A token bucket for each source, user or whatever else it is that asks, and a bounded number of them. */
import type { Clock } from "./clock.ts";
import { RecentMap } from "./recent-map.ts";
import { type Pace, TokenBucket } from "./token-bucket.ts";

const MOST_BUCKETS = 10_000;

export class KeyedBuckets {
  readonly #clock: Pick<Clock, "now">;
  readonly #buckets: RecentMap<string, TokenBucket>;

  /** `most`: the one that has not asked for the longest time is forgotten. */
  constructor(clock: Pick<Clock, "now">, most = MOST_BUCKETS) {
    this.#clock = clock;
    this.#buckets = new RecentMap(most);
  }

  /** How many are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Milliseconds to wait; 0: it may happen, and it has. */
  take(key: string, pace: Pace): number {
    const bucket = this.of(key, pace);
    return bucket.take() ? 0 : bucket.waitMs;
  }

  /** Looks at one that is there. */
  peek(key: string): TokenBucket | undefined {
    return this.#buckets.peek(key);
  }

  of(key: string, pace: Pace): TokenBucket {
    const bucket = this.#buckets.use(key, () => new TokenBucket(pace, this.#clock));
    const { perSecond, burst } = bucket.pace;
    if (perSecond !== pace.perSecond || burst !== pace.burst) bucket.adopt(pace);
    return bucket;
  }
}
