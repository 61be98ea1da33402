/**
 * Destinations that have failed lately (RFC 3263 §4.3): they are tried after the others for a while that doubles with each
 * failure in a row, so that not every request waits for what is dead. Nothing is left out: where all are dead, the one
 * that may be back first is tried first.
 */
import type { Destination } from "./locate.ts";

const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 300_000;
const MAX_TARGETS = 1024;

interface DeadTarget {
  until: number;
  restMs: number;
}

export class DeadTargets {
  readonly #now: () => number;
  /** The one that failed last at the end. */
  readonly #targets = new Map<string, DeadTarget>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#targets.size;
  }

  /** `retryAfterMs`: for how long it has asked to be left alone (RFC 3261 §21.5.4); it is not believed for longer than 5 minutes. */
  noteFailed(destination: Destination, retryAfterMs = 0): void {
    const key = keyOf(destination);
    const before = this.#targets.get(key);
    const restMs = before === undefined ? FIRST_REST_MS : Math.min(before.restMs * 2, LONGEST_REST_MS);
    const until = this.#now() + Math.min(Math.max(restMs, retryAfterMs), LONGEST_REST_MS);
    this.#targets.delete(key);
    this.#targets.set(key, { until, restMs });
    if (this.#targets.size <= MAX_TARGETS) return;
    const [oldest] = this.#targets.keys();
    if (oldest !== undefined) this.#targets.delete(oldest);
  }

  noteAlive(destination: Destination): void {
    if (this.#targets.size > 0) this.#targets.delete(keyOf(destination));
  }

  /** The living in their order, then the dead. */
  inOrder(destinations: readonly Destination[]): readonly Destination[] {
    if (this.#targets.size === 0 || destinations.length < 2) return destinations;
    const now = this.#now();
    const restOf = (destination: Destination): number => {
      const until = this.#targets.get(keyOf(destination))?.until ?? 0;
      return until > now ? until : 0;
    };
    return destinations.toSorted((a, b) => restOf(a) - restOf(b));
  }
}

function keyOf({ transport, address, port }: Destination): string {
  return `${transport} ${address} ${port}`;
}
