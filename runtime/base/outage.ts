/**
 * Something that the switch needs and that can fail: a disk, a server, a range of ports. The log says once that it fails and
 * once that it works again, however often it is tried meanwhile.
 */
import type { Log, LogFields } from "./log.ts";

export interface OutageTexts {
  /** What fails, and what becomes of it. */
  readonly failing: string;
  readonly again: string;
}

export class Outage {
  readonly #log: Log;
  readonly #texts: OutageTexts;
  readonly #now: () => number;
  #since: number | null = null;
  #failures = 0;

  /** `now`: milliseconds of a clock that nobody sets. */
  constructor(log: Log, texts: OutageTexts, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#texts = texts;
    this.#now = now;
  }

  get isFailing(): boolean {
    return this.#since !== null;
  }

  /** How often it has failed since the start. */
  get failures(): number {
    return this.#failures;
  }

  worked(): void {
    if (this.#since === null) return;
    const seconds = Math.round((this.#now() - this.#since) / 1000);
    this.#since = null;
    this.#log.info(this.#texts.again, { seconds });
  }

  failed(fields: LogFields): void {
    this.#failures++;
    if (this.#since !== null) return;
    this.#since = this.#now();
    this.#log.error(this.#texts.failing, fields);
  }
}
