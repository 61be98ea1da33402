/** The handlers that wait in a host, for a timer or for the switch: each until its deadline, unless no time counts. */
import type { Clock } from "../base/clock.ts";
import { LiveMap } from "../base/live-map.ts";
import type { Entry, EntryOwner } from "./entry.ts";

/** Beyond, a host takes no more. */
const MOST_PENDING = 10_000;

export class PendingHandlers {
  readonly #owner: EntryOwner;
  readonly #clock: Clock;
  readonly #handlerMs: number;
  /** By the number of the entry in its host. */
  readonly #entries = new LiveMap<number, Entry>();
  #isHeld = false;

  constructor(owner: EntryOwner, clock: Clock, handlerMs: number) {
    this.#owner = owner;
    this.#clock = clock;
    this.#handlerMs = handlerMs;
  }

  get isFull(): boolean {
    return this.#entries.size >= MOST_PENDING;
  }

  get(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    if (!this.#isHeld && !entry.isOver) this.#startDeadline(entry);
  }

  /** Returns whether it waited here. */
  remove(entry: Entry): boolean {
    if (this.#entries.size === 0 || this.#entries.get(entry.id) !== entry) return false;
    this.#entries.delete(entry.id);
    entry.stopDeadline();
    return true;
  }

  /** No time counts until `release`. */
  hold(): void {
    this.#isHeld = true;
    for (const entry of this.#entries.values()) entry.stopDeadline();
  }

  /** What waits has its whole time again. */
  release(): void {
    this.#isHeld = false;
    for (const entry of this.#entries.values()) {
      entry.stopDeadline();
      this.#startDeadline(entry);
    }
  }

  /** All that wait, in the order in which they began to; none has a deadline any more. */
  takeAll(): Entry[] {
    const entries = [...this.#entries.values()];
    for (const entry of entries) entry.stopDeadline();
    this.#entries.clear();
    return entries;
  }

  #startDeadline(entry: Entry): void {
    entry.startDeadline(this.#clock, this.#handlerMs, this.#owner);
  }
}
