/**
 * Slows down whoever guesses passwords, and locks out nobody: what is counted are wrong passwords of one user from one
 * source. Beyond a few, further ones from there are challenged again without being looked at, but for one now and then. A
 * user who has proved himself from another source, or comes from one that has not tried yet, is always looked at.
 */
import type { Clock } from "../../base/clock.ts";
import { KeyedBuckets } from "../../base/keyed-buckets.ts";
import { RecentMap } from "../../base/recent-map.ts";
import { type Pace, TokenBucket } from "../../base/token-bucket.ts";

/** Of one user from one source. */
const OF_PAIR: Pace = { perSecond: 0.1, burst: 5 };
/** The same where the right one has come from there lately: somebody has mistyped, or one of two phones is set up wrongly. */
const OF_PROVEN_PAIR: Pace = { perSecond: 1, burst: 30 };
/** Of all users from one source. */
const OF_SOURCE: Pace = { perSecond: 1, burst: 100 };
/** Of one user from all sources together. */
const OF_USER: Pace = { perSecond: 0.2, burst: 30 };
const PROVEN_MS = 24 * 3600_000;
const MOST_PAIRS = 50_000;
const MOST_USERS = 20_000;

interface Pair {
  readonly wrong: TokenBucket;
  provenUntil: number;
}

export class PasswordDamping {
  readonly #clock: Pick<Clock, "now">;
  readonly #pairs = new RecentMap<string, Pair>(MOST_PAIRS);
  readonly #sources: KeyedBuckets;
  readonly #users: KeyedBuckets;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#sources = new KeyedBuckets(clock);
    this.#users = new KeyedBuckets(clock, MOST_USERS);
  }

  /** Whether a password of this user is looked at. `user`: with the domain. */
  mayTry(source: string, user: string): boolean {
    const pair = this.#pairs.peek(keyOf(source, user));
    if (pair !== undefined && !pair.wrong.isFree) return false;
    if (pair !== undefined && pair.provenUntil > this.#clock.now()) return true;
    if (this.#sources.peek(source)?.isFree === false) return false;
    return pair === undefined || this.#users.peek(user)?.isFree !== false;
  }

  wrong(source: string, user: string): void {
    this.#pair(source, user).wrong.spend();
    this.#sources.of(source, OF_SOURCE).spend();
    this.#users.of(user, OF_USER).spend();
  }

  right(source: string, user: string): void {
    const pair = this.#pair(source, user);
    pair.provenUntil = this.#clock.now() + PROVEN_MS;
    pair.wrong.adopt(OF_PROVEN_PAIR);
    pair.wrong.refill();
  }

  #pair(source: string, user: string): Pair {
    const make = (): Pair => ({ wrong: new TokenBucket(OF_PAIR, this.#clock), provenUntil: 0 });
    return this.#pairs.use(keyOf(source, user), make);
  }
}

function keyOf(source: string, user: string): string {
  return `${source} ${user}`;
}
