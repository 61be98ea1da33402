/** Removes what has had its time: deleted messages after a week, saved ones where their box says so, boxes without a user. */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Folder, VoicemailStore } from "../../port/voicemail-store.ts";
import type { AbandonedBoxes } from "./abandoned-boxes.ts";
import type { BoxTable } from "./box-table.ts";
import type { BoxName } from "./folders.ts";

export const DELETED_DAYS = 7;
const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;
const BATCH = 100;

export interface RetentionOptions {
  readonly abandoned: Pick<AbandonedBoxes, "sweep">;
  readonly table: BoxTable;
  readonly store: VoicemailStore;
  readonly clock: Clock;
  readonly log: Log;
  erase(box: BoxName, id: string): Promise<unknown>;
}

export class Retention implements TimerOwner {
  readonly #options: RetentionOptions;
  #timer: Timer | null = null;
  #state: "idle" | "sweeping" | "asked-again" = "idle";

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Sweeps now and then every hour. */
  start(): void {
    this.#timer = this.#options.clock.startTimer(SWEEP_MS, this, "sweep");
    void this.sweep();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  expire(): void {
    this.start();
  }

  async sweep(): Promise<void> {
    if (this.#state !== "idle") {
      this.#state = "asked-again";
      return;
    }
    do {
      this.#state = "sweeping";
      await this.#sweepAll();
    } while (this.#wasAskedAgain());
    this.#state = "idle";
  }

  #wasAskedAgain(): boolean {
    return this.#state === "asked-again";
  }

  async #sweepAll(): Promise<void> {
    try {
      let removed = 0;
      for (const box of this.#options.table.withMessages()) removed += await this.#sweepBox(box);
      if (removed > 0) this.#options.log.info("Voicemail messages whose time was over are removed", { removed });
      await this.#options.abandoned.sweep();
    } catch (error) {
      this.#options.log.warn("Voicemail messages whose time is over cannot be removed now", { error });
    }
  }

  async #sweepBox(box: BoxName): Promise<number> {
    const days = this.#options.table.settings(box)?.retentionDays ?? null;
    const deleted = await this.#sweepFolder(box, "deleted", Math.min(DELETED_DAYS, days ?? DELETED_DAYS));
    return deleted + (days === null ? 0 : await this.#sweepFolder(box, "saved", days));
  }

  async #sweepFolder(box: BoxName, folder: Folder, days: number): Promise<number> {
    const { store, clock, erase } = this.#options;
    const before = clock.now() - days * DAY_MS;
    let removed = 0;
    for (;;) {
      const rows = await store.outdated({ ...box, folder, before, limit: BATCH });
      for (const { id } of rows) await erase(box, id);
      removed += rows.length;
      if (rows.length < BATCH) return removed;
    }
  }
}
