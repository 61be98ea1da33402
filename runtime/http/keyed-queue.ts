/** Runs tasks of the same key one after the other. A key takes no memory once its tasks are done. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  async run<Value>(key: string, task: () => Promise<Value>): Promise<Value> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    // A task that failed has told its own caller; the next one runs all the same.
    const turn = before.then(task, task);
    this.#tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(key) === turn) this.#tails.delete(key);
    }
  }
}
