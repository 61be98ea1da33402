/** The event that runs now. All code between two awaits belongs to one entry, and an entry to one event. */

import type { Waiting } from "./operations.ts";

/** Operations are begun while a handler runs alone: neither while its script is loaded nor when its event is over. */
export type Phase = "loading" | "running" | "over";

export interface RunningEvent {
  readonly id: number;
  /** `Date.now()` during the whole event. */
  readonly now: number;
  /** 16 characters, a byte each: where the random numbers of the event begin. */
  readonly seed: string;
  /** State of the random number generator, once it was used. */
  random: number[] | null;
  /** The call as the script sees it, and the JSON of its state before. */
  call: { state: unknown };
  readonly stateBefore: string;
  lines: number;
  operations: number;
  tooManyOperations: boolean;
  phase: Phase;
  /** Operations without a result. */
  waiting: Waiting | null;
  /** Ids of the timers that the handler has set. */
  timers: number[] | null;
}

export function createEvent(id: number, now: number, seed: string, stateBefore: string, phase: Phase): RunningEvent {
  return {
    id,
    now,
    seed,
    random: null,
    call: { state: null },
    stateBefore,
    lines: 0,
    operations: 0,
    tooManyOperations: false,
    phase,
    waiting: null,
    timers: null,
  };
}

/** Before the first event: while the modules of the script are loaded. `load` sets its time and seed. */
export let running: RunningEvent = createEvent(0, 0, "", "null", "loading");

export function enter(event: RunningEvent): void {
  running = event;
}
