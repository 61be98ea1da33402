/** Virtual time: timers run when the test says so, in order of their time. */
import type { Clock, Timer, TimerOwner } from "../../runtime/base/clock.ts";

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly owner: TimerOwner;
  readonly kind: string;
  live: boolean;
}

export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  #entries: Entry[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    const entry: Entry = { at: this.#now + ms, order: this.#order++, owner, kind, live: true };
    this.#entries.push(entry);
    return {
      cancel: () => {
        entry.live = false;
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  /** How many timers run. */
  get pending(): number {
    return this.#entries.length;
  }

  /** Lets `ms` pass; timers that run down meanwhile do so at their own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#entries.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#entries = this.#entries.filter((entry) => entry !== due);
      this.#now = Math.max(this.#now, due.at);
      if (due.live) due.owner.expire(due.kind);
    }
    this.#now = end;
  }
}
