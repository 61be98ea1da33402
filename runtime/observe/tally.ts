/**
 * Figures that change thousands of times a second: kept here in the simplest form, and given to the metrics library when
 * somebody asks for them, or when enough have come together.
 */
import { Counter, Histogram, type Registry } from "prom-client";
import { MOST_SERIES, OTHER } from "./bounded-counter.ts";

const MOST_WAITING = 4096;

/** Counts by one or two labels. */
export class Tally {
  readonly #counts = new Map<string, Map<string, { count: number }>>();

  constructor(
    registry: Registry,
    name: string,
    help: string,
    labelNames: readonly [string] | readonly [string, string],
  ) {
    const [first, second] = labelNames;
    const counter: Counter<string> = new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect: () => {
        for (const [one, counts] of this.#counts) {
          for (const [two, entry] of counts) {
            counter.inc(second === undefined ? { [first]: one } : { [first]: one, [second]: two }, entry.count);
            entry.count = 0;
          }
        }
      },
    });
  }

  count(first: string, second = ""): void {
    let counts = this.#counts.get(first);
    if (counts === undefined && first !== OTHER && this.#counts.size >= MOST_SERIES) {
      this.count(OTHER, second);
      return;
    }
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(first, counts);
    }
    const entry = counts.get(second);
    if (entry === undefined) counts.set(second, { count: 1 });
    else entry.count++;
  }
}

/** A histogram of durations in seconds. */
export class Durations {
  readonly #histogram: Histogram;
  #waiting: number[] = [];

  constructor(registry: Registry, name: string, help: string, buckets: number[]) {
    this.#histogram = new Histogram({ name, help, buckets, registers: [registry], collect: () => this.#flush() });
  }

  observe(seconds: number): void {
    this.#waiting.push(seconds);
    if (this.#waiting.length === MOST_WAITING) this.#flush();
  }

  #flush(): void {
    for (const seconds of this.#waiting) this.#histogram.observe(seconds);
    this.#waiting = [];
  }
}
