/** Writes to the store what the switch bans by itself: what has changed, together, once a second. */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Ban, GuardStore } from "../../port/guard.ts";

const WRITE_EVERY_MS = 1000;
/** A flood from many sources must not keep the store from all else. */
const MOST_AT_ONCE = 500;

export class BanWriter implements TimerOwner {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: Pick<GuardStore, "put" | "remove">;
  /** By source; `null`: it is to be removed. At most one for each ban there is. */
  readonly #waiting = new Map<string, Ban | null>();
  #timer: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(parts: { readonly clock: Clock; readonly log: Log; readonly store: Pick<GuardStore, "put" | "remove"> }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#store = parts.store;
  }

  put(ban: Ban): void {
    this.#waiting.set(ban.source, ban);
    this.#later();
  }

  remove(sources: readonly string[]): void {
    for (const source of sources) this.#waiting.set(source, null);
    this.#later();
  }

  /** Somebody else has written it, or taken it away. */
  forget(source: string): void {
    this.#waiting.delete(source);
  }

  expire(): void {
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async stop(): Promise<void> {
    this.#stopTimer();
    await this.#writing;
    while (this.#waiting.size > 0 && !this.#isAway) await this.#write();
    this.#stopTimer();
  }

  #later(): void {
    this.#timer ??= this.#clock.startTimer(WRITE_EVERY_MS, this, "bans");
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #write(): Promise<void> {
    const batch = [...this.#waiting].slice(0, MOST_AT_ONCE);
    if (batch.length === 0) return;
    const rows = batch.flatMap(([, ban]) => (ban === null ? [] : [{ kind: "ban", ...ban } as const]));
    const gone = batch.flatMap(([source, ban]) => (ban === null ? [source] : []));
    try {
      if (rows.length > 0) await this.#store.put(rows);
      if (gone.length > 0) await this.#store.remove("ban", gone);
      for (const [source, ban] of batch) if (this.#waiting.get(source) === ban) this.#waiting.delete(source);
      this.#isAway = false;
    } catch (error) {
      // They are in force all the same, and are written once the store is back.
      if (!this.#isAway) this.#log.warn("Bans could not be stored; they are in force until a restart", { error });
      this.#isAway = true;
    }
    if (this.#waiting.size > 0) this.#later();
  }
}
