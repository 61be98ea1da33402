/**
 * Whose turn it is: virtual time, or promises that have been kept and whose consequences have not been seen yet. Time
 * stands still for promises, so a run depends on nothing but its seed; what needs no promise is done at once, without one.
 */
import type { VirtualClock } from "./virtual-clock.ts";

/** Work in parts; between two of them, promises come true. */
export type Work = Generator<void, void, void>;

/** How long, in real time, somebody outside of the simulation (a function that mocks something) may think. */
const PATIENCE_MS = 2_000;

// Taken here: a test may replace them by fake ones.
const { setImmediate, setTimeout } = globalThis;

export class Pace {
  /** How long, in real time, somebody outside may think. */
  patienceMs = PATIENCE_MS;
  readonly #clock: VirtualClock;
  /** A promise has been kept, and who waits for it has not run yet. */
  #isDue = false;
  /** What is awaited of somebody who is not on virtual time, by name. */
  readonly #outside = new Set<{ readonly name: string }>();
  /** How many of them take their time on virtual time. */
  #asleep = 0;
  /** What the test has to be told at its next step. */
  #failure: Error | null = null;
  /** The end of what has been begun; `null`: nothing is under way. */
  #last: Promise<void> | null = null;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** A promise has been made or kept: before time goes on, its consequences are waited for. */
  promised(): void {
    this.#isDue = true;
  }

  /** Waits for somebody outside. */
  async outside<Value>(name: string, work: () => Value | PromiseLike<Value>): Promise<Value> {
    const mark = { name };
    this.#outside.add(mark);
    this.#isDue = true;
    try {
      return await work();
    } finally {
      this.#outside.delete(mark);
      this.#isDue = true;
    }
  }

  /** Somebody outside takes so long, on virtual time, which goes on meanwhile. */
  sleep(ms: number): Promise<void> {
    this.#asleep++;
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#asleep--;
        this.#isDue = true;
        resolve();
      };
      this.#clock.startTimer(ms, { expire: wake }, "outside");
    });
  }

  /** Ends what the test does, or does next. */
  fail(failure: Error): void {
    this.#failure ??= failure;
  }

  /** Whether something waits for its turn: what is asked now is not the last word. */
  get isBusy(): boolean {
    return this.#isDue || this.#last !== null;
  }

  /** Does the work, behind what has been begun before: at once as far as that needs no promise. */
  do(work: Work): PromiseLike<void> {
    if (this.#last === null) {
      // What throws here throws at whoever asked.
      if (work.next().done === true) return DONE;
      return this.#enqueue(this.#finish(work));
    }
    return this.#enqueue(this.#last.then(() => this.#finish(work)));
  }

  /** Lets time pass up to `end`, or until there is something to be seen. */
  *pass(end: number, isSeen: () => boolean = () => false): Work {
    for (;;) {
      while (this.#isDue) {
        yield;
      }
      if (this.#failure !== null) {
        const failure = this.#failure;
        this.#failure = null;
        throw failure;
      }
      if (isSeen()) return;
      const next = this.#clock.nextAt;
      if (next === undefined || next > end) break;
      this.#clock.step();
    }
    this.#clock.moveTo(end);
  }

  #enqueue(work: Promise<void>): Promise<void> {
    const last: Promise<void> = work.finally(() => {
      if (this.#last === last) this.#last = null;
    });
    this.#last = last;
    return last;
  }

  async #finish(work: Work): Promise<void> {
    do {
      await this.#settle();
    } while (work.next().done !== true);
  }

  /** All promises that can come true without time have done so. */
  async #settle(): Promise<void> {
    const start = performance.now();
    do {
      this.#isDue = false;
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#isAwaited) await this.#wait(start);
    } while (this.#isDue || this.#isAwaited);
  }

  get #isAwaited(): boolean {
    return this.#outside.size > this.#asleep;
  }

  async #wait(start: number): Promise<void> {
    if (performance.now() - start > this.patienceMs) {
      const names = [...this.#outside].map(({ name }) => name).join(", ");
      this.#outside.clear();
      throw new Error(`${names} has not answered within ${this.patienceMs / 1000} s of real time`);
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
}

const DONE: PromiseLike<void> = {
  // biome-ignore lint/suspicious/noThenProperty: what is done can be awaited as what is not.
  then: (onValue, onError) => Promise.resolve().then(onValue, onError),
};
