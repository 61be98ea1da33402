/**
 * Call records on their way to the store. Hundreds may end in one second, and nobody waits for one: they are collected for
 * a moment and written together, as one text across the thread and a few statements behind it.
 */
import type { Cdr } from "../../sdk/events.ts";
import { StorageError } from "../base/errors.ts";

const COLLECT_MS = 100;
const MAX_BATCH = 500;
/** Records that wait for a store that does not keep up. */
const MAX_WAITING = 20_000;

interface Waiting {
  readonly cdr: Cdr;
  resolve(): void;
  reject(error: unknown): void;
}

export class CdrWriter {
  readonly #write: (json: string) => Promise<void>;
  #waiting: Waiting[] = [];
  #unfinished = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `write`: takes the JSON of an array of records. */
  constructor(write: (json: string) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves once the record is committed. */
  add(cdr: Cdr): Promise<void> {
    if (this.#unfinished >= MAX_WAITING) {
      const message = `${MAX_WAITING} call records wait for the database: it is too slow, look at the disk and its load`;
      return Promise.reject(new StorageError("store-unavailable", message));
    }
    this.#unfinished++;
    this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
    return new Promise((resolve, reject) => this.#waiting.push({ cdr, resolve, reject }));
  }

  /** Sends what has been collected. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting.length > 0) this.#send(this.#waiting.splice(0, MAX_BATCH));
  }

  #send(batch: readonly Waiting[]): void {
    const settle = (): void => {
      this.#unfinished -= batch.length;
    };
    this.#write(JSON.stringify(batch.map(({ cdr }) => cdr))).then(
      () => {
        settle();
        for (const { resolve } of batch) resolve();
      },
      (error: unknown) => {
        settle();
        for (const { reject } of batch) reject(error);
      },
    );
  }
}
