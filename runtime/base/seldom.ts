/** What is told once in a while, and not each time that it happens. */
import type { Clock } from "./clock.ts";
import { RecentMap } from "./recent-map.ts";

/** Of more things than this the oldest are forgotten, and told of again. */
const MOST_KEYS = 1000;

export class Seldom {
  readonly #clock: Pick<Clock, "now">;
  readonly #everyMs: number;
  readonly #toldAt = new RecentMap<string, number>(MOST_KEYS);

  constructor(clock: Pick<Clock, "now">, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Whether the thing of this name is to be told of now; from then on not for a while. */
  isDue(key: string): boolean {
    const now = this.#clock.now();
    if (now - (this.#toldAt.peek(key) ?? Number.NEGATIVE_INFINITY) < this.#everyMs) return false;
    this.#toldAt.set(key, now);
    return true;
  }
}
