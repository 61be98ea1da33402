/** Virtual time: timers run when they are told to, in the order of their time, and of their start where that is the same. */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";

class Entry implements Timer {
  readonly at: number;
  readonly order: number;
  readonly owner: TimerOwner;
  readonly kind: string;
  readonly clock: VirtualClock;
  isLive = true;

  constructor(clock: VirtualClock, at: number, order: number, owner: TimerOwner, kind: string) {
    this.clock = clock;
    this.at = at;
    this.order = order;
    this.owner = owner;
    this.kind = kind;
  }

  cancel(): void {
    if (this.isLive) this.clock.forget(this);
  }
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap; what was cancelled stays in it until its time. */
  readonly #heap: Entry[] = [];
  #live = 0;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    const entry = new Entry(this, this.#now + ms, this.#order++, owner, kind);
    this.#live++;
    this.#push(entry);
    return entry;
  }

  /** How many timers run. */
  get pending(): number {
    return this.#live;
  }

  /** When the next timer runs down; `undefined`: none is running. */
  get nextAt(): number | undefined {
    while (this.#heap[0]?.isLive === false) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Lets the next timer run down, at its own time. */
  step(): void {
    if (this.nextAt === undefined) return;
    const entry = this.#pop();
    if (entry === undefined) return;
    this.#now = Math.max(this.#now, entry.at);
    this.forget(entry);
    entry.owner.expire(entry.kind);
  }

  /** Moves on to a time before which no timer runs down. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Lets `ms` pass; timers that run down meanwhile do so at their own time. Less than 0: the clock is set back. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.nextAt; next !== undefined && next <= end; next = this.nextAt) this.step();
    this.#now = end;
  }

  /** Takes a timer out of the count: it has been cancelled, or runs down now. */
  forget(entry: Entry): void {
    entry.isLive = false;
    this.#live--;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Entry;
      if (isBefore(parent, entry)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++;
      const child = heap[below] as Entry;
      if (isBefore(last, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
