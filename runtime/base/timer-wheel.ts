/**
 * The real clock: a hashed timer wheel on one native timer. Starting and stopping a timer is a list insertion, whatever
 * the number of timers. Precision is one tick of 10 ms; a SIP transaction's shortest timer is 500 ms.
 */
import type { Clock, Timer, TimerOwner } from "./clock.ts";
import { SteadyTime, type TimeSources } from "./steady-time.ts";

const TICK_MS = 10;
const SLOTS = 4096;

class WheelTimer implements Timer {
  owner: TimerOwner | null;
  readonly kind: string;
  /** The tick in which the timer runs down. */
  readonly due: number;
  previous: WheelTimer | null = null;
  next: WheelTimer | null = null;
  readonly wheel: TimerWheel;

  constructor(wheel: TimerWheel, owner: TimerOwner | null, kind: string, due: number) {
    this.wheel = wheel;
    this.owner = owner;
    this.kind = kind;
    this.due = due;
  }

  cancel(): void {
    if (this.owner !== null) this.wheel.remove(this);
  }
}

export class TimerWheel implements Clock {
  /** Ring of circular lists; the head of each is a sentinel without an owner. */
  readonly #slots: WheelTimer[] = [];
  readonly #origin = performance.now();
  readonly #time: SteadyTime;
  #tick = 0;
  #timers = 0;
  #interval: NodeJS.Timeout | null = null;

  /** `jumped`: told when somebody has set the clock of the machine. @default nobody is told */
  constructor(jumped: TimeSources["jumped"] = () => {}) {
    this.#time = new SteadyTime({ wall: Date.now, monotonic: () => performance.now(), jumped });
    for (let slot = 0; slot < SLOTS; slot++) {
      const head = new WheelTimer(this, null, "", 0);
      head.next = head;
      head.previous = head;
      this.#slots.push(head);
    }
  }

  now(): number {
    return this.#time.now();
  }

  /** Milliseconds that the clock of the machine is ahead of `now`: it was set, and is followed slowly. */
  get offsetMs(): number {
    return this.#time.offsetMs;
  }

  /** How many timers run. */
  get running(): number {
    return this.#timers;
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    if (this.#timers === 0) this.#tick = this.#currentTick();
    // One tick more, since the current one has begun already: a timer is never early.
    const due = Math.max(this.#tick, this.#currentTick()) + Math.ceil(ms / TICK_MS) + 1;
    const timer = new WheelTimer(this, owner, kind, due);
    const head = this.#slots[due % SLOTS] as WheelTimer;
    const last = head.previous as WheelTimer;
    timer.previous = last;
    timer.next = head;
    last.next = timer;
    head.previous = timer;
    this.#timers++;
    if (this.#interval === null) this.#interval = setInterval(() => this.#advance(), TICK_MS);
    return timer;
  }

  /** Takes a timer out of its slot. */
  remove(timer: WheelTimer): void {
    const previous = timer.previous as WheelTimer;
    const next = timer.next as WheelTimer;
    previous.next = next;
    next.previous = previous;
    timer.previous = null;
    timer.next = null;
    timer.owner = null;
    if (--this.#timers === 0 && this.#interval !== null) {
      clearInterval(this.#interval);
      this.#interval = null;
    }
  }

  #currentTick(): number {
    return Math.floor((performance.now() - this.#origin) / TICK_MS);
  }

  #advance(): void {
    const now = this.#currentTick();
    // After a long pause each slot is visited once at the most.
    const first = Math.max(this.#tick + 1, now - SLOTS + 1);
    for (let tick = first; tick <= now; tick++) this.#runSlot(tick % SLOTS, now);
    this.#tick = Math.max(this.#tick, now);
  }

  #runSlot(slot: number, now: number): void {
    const head = this.#slots[slot] as WheelTimer;
    // What runs down is collected first: an owner may start and stop timers of this very slot.
    let expired: WheelTimer[] | null = null;
    for (let timer = head.next as WheelTimer; timer !== head; timer = timer.next as WheelTimer) {
      if (timer.due <= now) {
        expired ??= [];
        expired.push(timer);
      }
    }
    if (expired === null) return;
    for (const timer of expired) {
      const owner = timer.owner;
      if (owner === null) continue;
      this.remove(timer);
      owner.expire(timer.kind);
    }
  }
}
