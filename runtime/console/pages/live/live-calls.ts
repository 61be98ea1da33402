/**
 * The calls that are up, as the feed of the switch tells. A call that has ended stays for a moment, so that one that failed
 * at once is seen. Pure: the time is given.
 */
import type { CallBody } from "../../../contract/call-api.ts";

export interface CallNews {
  readonly type: "call";
  readonly what: "started" | "ringing" | "answered" | "ended";
  readonly call: CallBody;
}

const ENDED_SHOWN_MS = 4_000;
const MOST_ENDED = 200;

export class LiveCalls {
  readonly #calls = new Map<string, CallBody>();
  /** When those that have ended did, in the order in which they did. */
  readonly #ended = new Map<string, number>();

  /** How many are up. */
  get up(): number {
    return this.#calls.size - this.#ended.size;
  }

  /** All, in no order that means something. */
  all(): readonly CallBody[] {
    return [...this.#calls.values()];
  }

  apply({ what, call }: CallNews, nowMs: number): void {
    this.#calls.set(call.id, call);
    this.#ended.delete(call.id);
    if (what !== "ended") return;
    this.#ended.set(call.id, nowMs);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#forget(oldest);
  }

  /** What the switch says is up: whatever else was thought to be is gone. */
  replace(calls: readonly CallBody[]): void {
    const up = new Set(calls.map(({ id }) => id));
    for (const id of this.#calls.keys()) if (!up.has(id) && !this.#ended.has(id)) this.#calls.delete(id);
    for (const call of calls) {
      // It was read before it has ended.
      if (!this.#ended.has(call.id)) this.#calls.set(call.id, call);
    }
  }

  /** Returns whether one that has ended is now gone. */
  forgetEnded(nowMs: number): boolean {
    const gone = [...this.#ended].filter(([, endedMs]) => nowMs - endedMs >= ENDED_SHOWN_MS);
    for (const [id] of gone) this.#forget(id);
    return gone.length > 0;
  }

  #forget(id: string): void {
    this.#ended.delete(id);
    this.#calls.delete(id);
  }
}
