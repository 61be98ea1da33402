/**
 * Whether the database can be written, as its answers tell: said once when it cannot any more and once when it can again,
 * however many writes come to nothing meanwhile.
 */
import type { Log } from "../base/log.ts";

/** What is of the disk and of other programs, and may pass; the rest is of the write itself. */
const PASSING =
  /disk is full|ENOSPC|is locked|is busy|disk I\/O|readonly|unable to open|being opened|wait for the database|worker/i;

export function mayPass(message: string): boolean {
  return PASSING.test(message);
}

export class StoreHealth {
  readonly #log: Log;
  readonly #now: () => number;
  #failingSince: number | null = null;
  #failures = 0;

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  get isFailing(): boolean {
    return this.#failingSince !== null;
  }

  /** Writes that came to nothing since the start. */
  get failures(): number {
    return this.#failures;
  }

  worked(): void {
    if (this.#failingSince === null) return;
    const seconds = Math.round((this.#now() - this.#failingSince) / 1000);
    this.#failingSince = null;
    this.#log.info("The database can be written again", { seconds });
  }

  failed(problem: string): void {
    this.#failures++;
    if (this.#failingSince !== null) return;
    this.#failingSince = this.#now();
    this.#log.error("The database cannot be written: calls go on, and what must be kept waits in memory", { problem });
  }
}
