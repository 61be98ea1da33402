/** How durations spread: counted in buckets that grow by a tenth, from a microsecond to a minute and more. No allocation. */
import type { Percentiles } from "../port/script-stats.ts";

const SHORTEST_MS = 0.001;
const GROWTH = 1.1;
const BUCKETS = 192;
const LOG_GROWTH = Math.log(GROWTH);

export class Spread {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(ms: number): void {
    const bucket = ms > SHORTEST_MS ? Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SHORTEST_MS) / LOG_GROWTH)) : 0;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
  }

  /** `null` where nothing was added. */
  percentiles(): Percentiles | null {
    if (this.#total === 0) return null;
    return { p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99) };
  }

  /** The middle of the bucket in which the share is reached. */
  #at(share: number): number {
    let rest = Math.ceil(this.#total * share);
    const bucket = this.#counts.findIndex((count) => {
      rest -= count;
      return rest <= 0;
    });
    return Number((SHORTEST_MS * GROWTH ** (bucket - 0.5)).toPrecision(3));
  }
}
