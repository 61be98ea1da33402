/**
 * Which ticks are due, by absolute time: a tick that came late does not delay the next, and after a stall only a few are
 * made up for. Pure; `ticker.ts` has the timer.
 */

export const TICK_MS = 20;
/** A burst of more would be thrown away by the jitter buffers of the other sides. */
export const MAX_CATCH_UP = 4;

export interface DueTicks {
  /** When the first tick to be done should have been. */
  readonly firstMs: number;
  readonly count: number;
  /** Ticks before it that nobody does. */
  readonly skipped: number;
}

export class Pace {
  #nextMs: number;

  /** The first tick is due one interval from now. */
  constructor(nowMs: number) {
    this.#nextMs = Math.floor(nowMs) + TICK_MS;
  }

  /** What is to be done now. */
  due(nowMs: number): DueTicks {
    const late = Math.max(0, Math.floor((nowMs - this.#nextMs) / TICK_MS) + 1);
    const count = Math.min(late, MAX_CATCH_UP);
    const skipped = late - count;
    const firstMs = this.#nextMs + skipped * TICK_MS;
    this.#nextMs += late * TICK_MS;
    return { firstMs, count, skipped };
  }

  /** Milliseconds until the next tick is due. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextMs - nowMs);
  }
}
