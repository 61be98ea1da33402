/** Events whose handler waits: their timers, and what of their CPU time is used up. */

export interface PendingEvent<Version, Isolate> {
  readonly id: number;
  readonly version: Version;
  readonly isolate: Isolate;
  cpuMs: number;
}

/** A timer has run down. */
export type OnTimer<Version, Isolate> = (event: PendingEvent<Version, Isolate>, timer: number) => void;

export class Pump<Version, Isolate> {
  readonly #limit: number;
  readonly #onTimer: OnTimer<Version, Isolate>;
  readonly #events = new Map<number, PendingEvent<Version, Isolate>>();
  /** Native timers by event, then by the number the isolate gave. An event may set some before it is pending. */
  readonly #timers = new Map<number, Map<number, NodeJS.Timeout>>();

  constructor(timersPerEvent: number, onTimer: OnTimer<Version, Isolate>) {
    this.#limit = timersPerEvent;
    this.#onTimer = onTimer;
  }

  add(event: PendingEvent<Version, Isolate>): void {
    this.#events.set(event.id, event);
  }

  /** Whether any timer runs, also one of an event that has not begun to wait. */
  get isBusy(): boolean {
    return this.#timers.size > 0;
  }

  get(id: number): PendingEvent<Version, Isolate> | undefined {
    return this.#events.get(id);
  }

  /** Forgets an event and stops its timers. */
  finish(id: number): void {
    this.#events.delete(id);
    const timers = this.#timers.get(id);
    if (timers === undefined) return;
    for (const timer of timers.values()) clearTimeout(timer);
    this.#timers.delete(id);
  }

  /** All that wait in this isolate. */
  of(isolate: Isolate): PendingEvent<Version, Isolate>[] {
    return [...this.#events.values()].filter((event) => event.isolate === isolate);
  }

  startTimer(id: number, timer: number, ms: number): void {
    let timers = this.#timers.get(id);
    if (timers === undefined) {
      timers = new Map();
      this.#timers.set(id, timers);
    }
    if (timers.size >= this.#limit) return;
    timers.set(
      timer,
      setTimeout(() => this.#expire(id, timer), ms),
    );
  }

  stopTimer(id: number, timer: number): void {
    const timers = this.#timers.get(id);
    clearTimeout(timers?.get(timer));
    timers?.delete(timer);
  }

  #expire(id: number, timer: number): void {
    this.#timers.get(id)?.delete(timer);
    const event = this.#events.get(id);
    if (event !== undefined) this.#onTimer(event, timer);
  }
}
