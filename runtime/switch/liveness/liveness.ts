/** How the switch finds out that a phone is gone without a word, for all its calls: how often it asks, and how fast at the most. */
import { crc32 } from "node:zlib";
import type { Clock } from "../../base/clock.ts";
import { evenPace, TokenBucket } from "../../base/token-bucket.ts";

export interface LivenessTerms {
  /** How often a side without a session timer is asked whether it is there; 0: never. */
  readonly pingSeconds: number;
  /** After how much silence a side is asked that should be heard here; 0: however silent it is. */
  readonly silenceSeconds: number;
}

export const DEFAULT_LIVENESS: LivenessTerms = { pingSeconds: 900, silenceSeconds: 300 };

/** Of all calls together: what is due beyond that waits. */
const MOST_PINGS_PER_SECOND = 100;

export class Liveness {
  #terms: LivenessTerms;
  readonly #pace: TokenBucket;

  constructor(terms: LivenessTerms, clock: Pick<Clock, "now">) {
    this.#terms = terms;
    this.#pace = new TokenBucket(evenPace(MOST_PINGS_PER_SECOND), clock);
  }

  get terms(): LivenessTerms {
    return this.#terms;
  }

  /** Each side is asked by these from the next time on that something is due for it. */
  configure(terms: LivenessTerms): void {
    this.#terms = terms;
  }

  /** Whether one more ping may leave now; where it may, it has. */
  mayPing(): boolean {
    return this.#pace.take();
  }
}

/** From 0 up to 1, always the same for the same key: what is due for many is spread by it. */
export function shareOf(key: string): number {
  return crc32(key) / 2 ** 32;
}
