/**
 * Time as the engine knows it: the wall clock and one-shot timers. Injected everywhere, so that tests run on virtual time.
 * A timer names its owner and a kind instead of a closure: thousands start and stop each second.
 */
export interface TimerOwner {
  /** A timer of this owner has run down. `kind` is what it was started with. */
  expire(kind: string): void;
}

export interface Timer {
  /** Stops the timer; harmless once it has run down. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `owner.expire(kind)` once, `ms` milliseconds from now (within the clock's precision, never early). */
  startTimer(ms: number, owner: TimerOwner, kind: string): Timer;
}
