/** When a media worker that has died is replaced: at once as a rule, later where they die one after the other. */

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 10_000;
/** A worker that has lived this long was well. */
const WELL_MS = 10_000;

export class Respawn {
  #failures = 0;

  /** Milliseconds to wait, after a worker has lived for `livedMs`. */
  delayAfter(livedMs: number): number {
    this.#failures = livedMs >= WELL_MS ? 0 : this.#failures + 1;
    if (this.#failures <= 1) return 0;
    return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 2));
  }
}
