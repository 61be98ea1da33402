/** Versions of removed scripts: unloaded when no call can run on them any more, or when they are too many. */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";

/** No call lasts longer: `maxSeconds` of `forward` ends at 24 hours. */
const LONGEST_CALL_MS = 24 * 60 * 60 * 1000;
const MAX_RETIRED = 100;

interface Retired {
  readonly script: string;
  readonly version: number;
  readonly timer: Timer;
}

export class Retirement implements TimerOwner {
  readonly #clock: Clock;
  readonly #unload: (script: string, version: number) => void;
  /** The longest retired first. */
  readonly #retired: Retired[] = [];

  constructor(clock: Clock, unload: (script: string, version: number) => void) {
    this.#clock = clock;
    this.#unload = unload;
  }

  retire(script: string, version: number): void {
    this.#retired.push({ script, version, timer: this.#clock.startTimer(LONGEST_CALL_MS, this, "retired") });
    if (this.#retired.length > MAX_RETIRED) this.#unloadFirst();
  }

  /** All timers are equally long: the one that runs down is the oldest. */
  expire(): void {
    this.#unloadFirst();
  }

  stop(): void {
    for (const { timer } of this.#retired.splice(0)) timer.cancel();
  }

  #unloadFirst(): void {
    const first = this.#retired.shift();
    if (first === undefined) return;
    first.timer.cancel();
    this.#unload(first.script, first.version);
  }
}
