/** Whose quality is asked for: that of the calls in sight, since rows out of sight are not there. Pure. */
import type { CallQualityBody } from "../../../contract/call-quality-api.ts";

/** As many as the switch tells of at once. */
const MOST_ASKED = 100;

/** The sides of each call as far as they are known. */
export type Qualities = ReadonlyMap<string, CallQualityBody["sides"]>;

export class LiveQualities {
  readonly #inSight = new Set<string>();
  #known: Qualities = new Map();

  enter(call: string): void {
    this.#inSight.add(call);
  }

  leave(call: string): void {
    this.#inSight.delete(call);
  }

  get asked(): readonly string[] {
    return [...this.#inSight].slice(0, MOST_ASKED);
  }

  /** What is known with this answer. What has left the sight meanwhile is forgotten. */
  take(answer: readonly CallQualityBody[]): Qualities {
    const known = new Map(this.#known);
    for (const { call, sides } of answer) known.set(call, sides);
    for (const call of known.keys()) if (!this.#inSight.has(call)) known.delete(call);
    this.#known = known;
    return known;
  }
}
