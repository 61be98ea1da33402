/** Slows down whoever guesses tokens and passwords: a small bucket of failures for each source address. */
import type { Clock } from "../base/clock.ts";
import { KeyedBuckets } from "../base/keyed-buckets.ts";
import { networkOf } from "../base/network-of.ts";
import type { Pace } from "../base/token-bucket.ts";
import { RequestProblem } from "./problem.ts";

/** Twenty failures in a row before an address has to wait; one is forgiven every two seconds. */
const FAILURES: Pace = { perSecond: 0.5, burst: 20 };

export class FailureThrottle {
  readonly #buckets: KeyedBuckets;

  constructor(clock: Clock) {
    this.#buckets = new KeyedBuckets(clock);
  }

  /** Seconds until this address may try again; 0 where it may now. */
  waitSeconds(address: string): number {
    const bucket = this.#buckets.peek(networkOf(address));
    return bucket === undefined ? 0 : Math.ceil(bucket.waitMs / 1000);
  }

  /** Throws a `RequestProblem` where this address may not try now: whoever has to wait learns nothing from a right guess. */
  refuse(address: string): void {
    const wait = this.waitSeconds(address);
    if (wait === 0) return;
    const detail = `Too many wrong tokens or passwords came from your address. Try again in ${wait} s.`;
    throw new RequestProblem("too-many-requests", detail, { headers: { "Retry-After": String(wait) } });
  }

  /** Counts a failure. */
  fail(address: string): void {
    this.#buckets.of(networkOf(address), FAILURES).spend();
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#buckets.size;
  }
}
