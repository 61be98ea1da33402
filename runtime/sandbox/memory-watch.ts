/** Looks at the resident memory of host processes: what scripts hold outside of their heaps has no other limit. */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { Host } from "./host.ts";
import { residentMB } from "./process-usage.ts";

const INTERVAL_MS = 250;

export class MemoryWatch implements TimerOwner {
  readonly #clock: Clock;
  readonly #limitMB: number;
  readonly #hosts: Iterable<Host>;
  #timer: Timer | null = null;

  constructor(clock: Clock, limitMB: number, hosts: Iterable<Host>) {
    this.#clock = clock;
    this.#limitMB = limitMB;
    this.#hosts = hosts;
  }

  start(): void {
    this.#timer = this.#clock.startTimer(INTERVAL_MS, this, "memory");
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  expire(): void {
    for (const host of [...this.#hosts]) {
      if ((residentMB(host.pid) ?? 0) > this.#limitMB) host.tooLarge();
    }
    this.start();
  }
}
