/** The one timer of a worker: calls for each tick of 20 ms, with the time at which it should be (of `performance.now`). */
import { Pace, TICK_MS } from "./pace.ts";

export class Ticker {
  /** Ticks that were left out since the thread was stalled. */
  skipped = 0;
  readonly #onTick: (atMs: number) => void;
  #pace: Pace | null = null;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;

  constructor(onTick: (atMs: number) => void) {
    this.#onTick = onTick;
  }

  start(): void {
    if (this.#pace !== null) return;
    this.#pace = new Pace(performance.now());
    this.#wait(TICK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#pace = null;
  }

  #run(): void {
    const pace = this.#pace;
    if (pace === null) return;
    const { firstMs, count, skipped } = pace.due(performance.now());
    this.skipped += skipped;
    for (let index = 0; index < count; index++) {
      this.#onTick(firstMs + index * TICK_MS);
      // Stopped by what was done.
      if (this.#pace !== pace) return;
    }
    // Rounded up: one that wakes up too early has nothing to do.
    this.#wait(Math.ceil(pace.waitMs(performance.now())));
  }

  /** Packets first: those that came during a stall lie in the sockets, which are read after the timers. */
  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#immediate = setImmediate(() => this.#run());
    }, ms);
  }
}
