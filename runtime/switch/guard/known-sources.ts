/**
 * Sources from which users of ours have proved themselves lately. Nothing that one phone behind an address does wrong may
 * cost the others there, so such a source is slowed down and never banned; and where the switch is busy it comes first.
 */
import type { Clock } from "../../base/clock.ts";
import { RecentMap } from "../../base/recent-map.ts";

/** Twice the longest time between two registrations that phones use. */
const KNOWN_MS = 2 * 3600_000;
const MOST_KNOWN = 100_000;

export class KnownSources {
  readonly #clock: Pick<Clock, "now">;
  readonly #until = new RecentMap<string, number>(MOST_KNOWN);

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#until.size;
  }

  /** Somebody has proved himself from there. */
  note(source: string): void {
    this.#until.set(source, this.#clock.now() + KNOWN_MS);
  }

  has(source: string): boolean {
    const until = this.#until.peek(source);
    return until !== undefined && until > this.#clock.now();
  }
}
