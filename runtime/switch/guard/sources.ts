/** What is remembered of each source that is a stranger: how much it sends, and how suspicious it is. */
import type { Clock } from "../../base/clock.ts";
import { RecentMap } from "../../base/recent-map.ts";
import { type Pace, TokenBucket } from "../../base/token-bucket.ts";
import { BAN_POINTS, FORGIVEN_PER_SECOND, pointsOf, type Sign } from "./signs.ts";

/** About half a kilobyte each. */
const MOST_SOURCES = 20_000;
/** Names that one source has used, to tell a sweep from somebody who says the same again and again. */
const MOST_NAMES = 64;
const LONGEST_NAME = 64;
/** Answers to what is beyond the limit of a source; what is beyond them is not answered at all. */
const ANSWERS: Pace = { perSecond: 10, burst: 20 };
const SUSPICION: Pace = { perSecond: FORGIVEN_PER_SECOND, burst: BAN_POINTS };

export class Source {
  readonly #clock: Pick<Clock, "now">;
  readonly requests: TokenBucket;
  #answers: TokenBucket | null = null;
  #suspicion: TokenBucket | null = null;
  #names: Set<string> | null = null;

  constructor(pace: Pace, clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.requests = new TokenBucket(pace, clock);
  }

  /** Whether one more of its refusals is answered. */
  get isAnswered(): boolean {
    this.#answers ??= new TokenBucket(ANSWERS, this.#clock);
    return this.#answers.take();
  }

  /** Whether that was one sign too many. */
  suspect(sign: Sign): boolean {
    this.#suspicion ??= new TokenBucket(SUSPICION, this.#clock);
    const points = pointsOf(sign, "name" in sign && this.#hasUsed(sign.name));
    this.#suspicion.spend(points);
    return this.#suspicion.left <= 0;
  }

  /** It begins anew, with nothing held against it. */
  forgive(): void {
    this.#suspicion = null;
    this.#names = null;
  }

  #hasUsed(name: string): boolean {
    const short = name.slice(0, LONGEST_NAME);
    this.#names ??= new Set();
    if (this.#names.has(short)) return true;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    // A copy: the name is a part of the message it came in, which would be kept in memory as a whole.
    this.#names.add(Buffer.from(short, "utf8").toString("utf8"));
    return false;
  }
}

export class Sources {
  readonly #clock: Pick<Clock, "now">;
  readonly #sources = new RecentMap<string, Source>(MOST_SOURCES);
  #pace: Pace;

  constructor(clock: Pick<Clock, "now">, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  get size(): number {
    return this.#sources.size;
  }

  configure(pace: Pace): void {
    this.#pace = pace;
    for (const source of this.#sources.values()) source.requests.adopt(pace);
  }

  of(source: string): Source {
    return this.#sources.use(source, () => new Source(this.#pace, this.#clock));
  }

  forgive(source: string): void {
    this.#sources.peek(source)?.forgive();
  }
}
