/** Waiting in line: one after the other per key, or so many at once. */
import { RequestError } from "../base/errors.ts";

/** Runs tasks of the same key one after the other. */
export class KeyedLine {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Value>(key: string, task: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

/** Runs at most `slots` tasks at once. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  async run<Value>(task: () => Promise<Value>): Promise<Value> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Lets in so many tasks, running and waiting together, and turns the rest away. */
export class Admission {
  readonly #most: number;
  #inside = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async run<Value>(task: () => Promise<Value>): Promise<Value> {
    if (this.#inside >= this.#most) {
      throw new RequestError(
        "too-many-requests",
        `${this.#most} uploads are being checked already: try again in a moment`,
      );
    }
    this.#inside++;
    try {
      return await task();
    } finally {
      this.#inside--;
    }
  }
}
