/**
 * The time of day as it would be if nobody set the clock: it goes with the monotonic clock, and follows the wall clock. Small
 * differences are taken over at once. Where the wall clock was set by more, it is followed slowly, so that no registration
 * runs out at once and no call gets longer by an hour; where it was plainly wrong, it is taken over as it is.
 */

/** What a clock that is kept right is off by. */
const SMALL_MS = 250;
/** Nobody sets a clock that was about right forward by so much. */
const PLAINLY_WRONG_MS = 86_400_000;
const LOOK_MS = 1_000;
/** How much faster, or slower, time goes meanwhile: an hour is caught up with in 20. */
const RATE = 0.05;

export interface TimeSources {
  /** Milliseconds since 1970, as the machine has it. */
  wall(): number;
  /** Milliseconds since whenever, never set. */
  monotonic(): number;
  /** The wall clock was set by so much; `followed`: slowly, or taken over at once. */
  jumped(ms: number, how: "followed" | "adopted"): void;
}

export class SteadyTime {
  readonly #sources: TimeSources;
  #time: number;
  #at: number;
  #offsetMs = 0;

  constructor(sources: TimeSources) {
    this.#sources = sources;
    this.#time = sources.wall();
    this.#at = sources.monotonic();
  }

  /** Milliseconds that the wall clock is ahead of this. */
  get offsetMs(): number {
    this.now();
    return this.#offsetMs;
  }

  /** Milliseconds since 1970, a whole number. */
  now(): number {
    const at = this.#sources.monotonic();
    const elapsed = at - this.#at;
    return Math.floor(elapsed < LOOK_MS ? this.#time + elapsed : this.#look(at, elapsed));
  }

  #look(at: number, elapsed: number): number {
    const { wall, jumped } = this.#sources;
    const time = this.#time + elapsed;
    const offset = wall() - time;
    const change = offset - this.#offsetMs;
    // Time goes on whatever the wall clock does.
    const step = Math.max(correction(offset, elapsed), -elapsed);
    this.#at = at;
    this.#time = time + step;
    this.#offsetMs = Math.abs(offset) <= SMALL_MS ? 0 : offset - step;
    if (Math.abs(offset) > SMALL_MS && Math.abs(change) > SMALL_MS + elapsed * RATE) {
      jumped(change, step === offset ? "adopted" : "followed");
    }
    return this.#time;
  }
}

function correction(offset: number, elapsed: number): number {
  const distance = Math.abs(offset);
  if (distance <= SMALL_MS || offset > PLAINLY_WRONG_MS) return offset;
  return Math.sign(offset) * Math.min(distance, elapsed * RATE);
}
