/** How many messages one source may send in a second: bounded by address, the oldest making room. */
import type { Clock } from "../../base/clock.ts";
import { Rate } from "../policy/rate.ts";

const PER_SECOND = 20;
const MOST_SOURCES = 10_000;

export class SourceRate {
  readonly #clock: Clock;
  readonly #isExempt: (address: string) => boolean;
  /** The one that was heard of last comes last. */
  readonly #rates = new Map<string, Rate>();

  constructor(clock: Clock, isExempt: (address: string) => boolean) {
    this.#clock = clock;
    this.#isExempt = isExempt;
  }

  /** Whether one more may come from there now. */
  admits(address: string): boolean {
    if (this.#isExempt(address)) return true;
    const rate = this.#rates.get(address) ?? new Rate(PER_SECOND, this.#clock);
    this.#rates.delete(address);
    this.#rates.set(address, rate);
    if (this.#rates.size > MOST_SOURCES) {
      const [oldest] = this.#rates.keys();
      if (oldest !== undefined) this.#rates.delete(oldest);
    }
    if (!rate.isFree) return false;
    rate.take();
    return true;
  }
}
