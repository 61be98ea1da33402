/**
 * A counter whose labels are names that come and go: of scripts, versions, trunks. A series is never forgotten by whoever
 * collects it, so there are so many and no more; the rest is counted together.
 */
import type { Counter } from "prom-client";

/** Of one counter. */
export const MOST_SERIES = 1_000;
export const OTHER = "other";

type Labels<Label extends string> = Partial<Record<Label, string | number>>;

export class BoundedCounter<Label extends string> {
  readonly #counter: Counter<Label>;
  readonly #known = new Set<string>();

  constructor(counter: Counter<Label>) {
    this.#counter = counter;
  }

  inc(labels: Labels<Label>, value = 1): void {
    this.#counter.inc(this.#isKnown(labels) ? labels : allOther(labels), value);
  }

  #isKnown(labels: Labels<Label>): boolean {
    const key = Object.values(labels).join("\0");
    if (this.#known.has(key)) return true;
    if (this.#known.size >= MOST_SERIES) return false;
    this.#known.add(key);
    return true;
  }
}

function allOther<Label extends string>(labels: Labels<Label>): Labels<Label> {
  // The same names, with another text each.
  return Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER])) as Labels<Label>;
}
