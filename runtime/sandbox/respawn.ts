/** When the next host process may be started: at once as a rule, later where hosts die at start or one after the other. */

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 10_000;
/** So many hosts may be lost within the window before the next one has to wait for it to pass. */
const LOSSES = 20;
const WINDOW_MS = 10_000;

export class Respawn {
  #failures = 0;
  #notBefore = 0;
  readonly #losses: number[] = [];

  /** A host has come up. */
  ready(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }

  /** A host has died before it was ready. */
  failed(now: number): void {
    const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures);
    this.#failures++;
    this.#notBefore = now + backoff;
  }

  /** A host that was ready has died. */
  lost(now: number): void {
    this.#losses.push(now);
    if (this.#losses.length > LOSSES) this.#losses.shift();
  }

  /** How many have died in a row before they were ready. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait before the next start. */
  delay(now: number): number {
    const oldest = this.#losses[0] ?? now;
    const tooMany = this.#losses.length >= LOSSES ? oldest + WINDOW_MS : 0;
    return Math.max(0, this.#notBefore - now, tooMany - now);
  }
}
