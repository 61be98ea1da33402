/** Lets a few tasks run at a time and a bounded number of others wait, first come first served. */

export class TaskQueue {
  readonly #parallel: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: { readonly parallel: number; readonly maxWaiting: number }) {
    this.#parallel = options.parallel;
    this.#maxWaiting = options.maxWaiting;
  }

  /** Whether one more task would be refused. */
  get isFull(): boolean {
    return this.#running >= this.#parallel && this.#waiting.length >= this.#maxWaiting;
  }

  /** What the task gives, once its turn has come. Only where the queue is not full. */
  async run<Value>(task: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#parallel) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // Whoever comes next takes the place over, so that nobody can slip in between.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
