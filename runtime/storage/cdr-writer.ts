/**
 * Call records on their way to the store. Hundreds may end in one second, and nobody waits for one: they are collected for
 * a moment and written together, as one text across the thread and a few statements behind it. While the disk is full or
 * the database locked they wait here, as many as there is room for.
 */
import type { Cdr } from "../../sdk/events.ts";
import { StorageError } from "../base/errors.ts";
import { mayPass } from "./passing.ts";

const COLLECT_MS = 100;
const MAX_BATCH = 500;
/** Records that wait for a store that does not keep up, or is away. */
const MAX_WAITING = 20_000;
const RETRY_MS = 1_000;

interface Waiting {
  readonly cdr: Cdr;
  resolve(): void;
  reject(error: unknown): void;
}

export class CdrWriter {
  readonly #write: (json: string) => Promise<void>;
  #collected: Waiting[] = [];
  /** Those that the store has refused, the oldest first. */
  #refused: Waiting[] = [];
  #unfinished = 0;
  #timer: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosing = false;

  /** `write`: takes the JSON of an array of records. */
  constructor(write: (json: string) => Promise<void>) {
    this.#write = write;
  }

  /** Records that are not committed yet. */
  get waiting(): number {
    return this.#unfinished;
  }

  /** Resolves once the record is committed. */
  add(cdr: Cdr): Promise<void> {
    if (this.#unfinished >= MAX_WAITING) {
      const message = `${MAX_WAITING} call records wait for the database: it is too slow, look at the disk and its load`;
      return Promise.reject(new StorageError("store-unavailable", message));
    }
    this.#unfinished++;
    this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
    return new Promise((resolve, reject) => this.#collected.push({ cdr, resolve, reject }));
  }

  /** Sends what has been collected. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // One batch finds out whether the store is there again.
    if (this.#refused.length > 0 && !this.#isClosing) this.#refused.push(...this.#collected.splice(0));
    while (this.#collected.length > 0) this.#send(this.#collected.splice(0, MAX_BATCH));
  }

  /** Sends all there is; what the store refuses now is given up. */
  close(): void {
    this.#isClosing = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#collected.unshift(...this.#refused.splice(0));
    this.flush();
  }

  #send(batch: readonly Waiting[]): void {
    this.#write(JSON.stringify(batch.map(({ cdr }) => cdr))).then(
      () => {
        this.#unfinished -= batch.length;
        for (const { resolve } of batch) resolve();
        if (this.#retry === null) this.#sendRefused();
      },
      (error: unknown) => this.#fail(batch, error),
    );
  }

  #fail(batch: readonly Waiting[], error: unknown): void {
    const isPassing = error instanceof StorageError && mayPass(error.message);
    if (!isPassing || this.#isClosing) {
      this.#unfinished -= batch.length;
      for (const { reject } of batch) reject(error);
      return;
    }
    this.#refused.unshift(...batch);
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#sendRefused();
    }, RETRY_MS);
  }

  /** The next of them: its success sends the one after it. */
  #sendRefused(): void {
    if (this.#refused.length > 0) this.#send(this.#refused.splice(0, MAX_BATCH));
  }
}
