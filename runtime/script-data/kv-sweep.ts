/**
 * Removes keys that have expired. Nobody sees them any more, so there is no hurry: few at a time, that nothing waits long
 * for the store.
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { KvStore } from "../port/script-data-store.ts";

const SWEEP_MS = 30_000;
export const SWEPT_AT_ONCE = 500;
/** Of one sweep; the next one goes on. */
const MOST_BATCHES = 100;

export class KvSweep {
  readonly #store: Pick<KvStore, "sweep">;
  readonly #clock: Clock;
  readonly #log: Log;
  #timer: Timer | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(store: Pick<KvStore, "sweep">, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.expire();
  }

  expire(): void {
    this.#sweeping = this.#sweep().catch((error: unknown) =>
      this.#log.warn("Expired keys of scripts could not be removed", { error }),
    );
  }

  /** Resolves when what was begun is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    try {
      for (let batch = 0; batch < MOST_BATCHES && !this.#isStopped; batch++) {
        if ((await this.#store.sweep(this.#clock.now(), SWEPT_AT_ONCE)) < SWEPT_AT_ONCE) break;
      }
    } finally {
      if (!this.#isStopped) this.#timer = this.#clock.startTimer(SWEEP_MS, this, "sweep");
    }
  }
}
