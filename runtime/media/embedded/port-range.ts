/**
 * Which ports endpoints get: pairs of an even one for RTP and the next for RTCP (RFC 3550 §11), in random order so that
 * nobody guesses the next (RFC 6056). A pair that was given back rests, since packets of its last call still arrive.
 */
import { randomInt } from "node:crypto";
import type { Clock } from "../../base/clock.ts";

export const QUARANTINE_MS = 30_000;
/** While fewer than a tenth of the pairs are free. */
export const SHORT_QUARANTINE_MS = 5_000;
const FEW = 0.1;
/** How long a port that another program uses is left alone. */
export const AVOIDED_MS = 60_000;

interface Resting {
  readonly port: number;
  readonly sinceMs: number;
}

export class PortRange {
  readonly #clock: Clock;
  readonly #pairs: number;
  readonly #range: { readonly from: number; readonly to: number };
  readonly #free: number[] = [];
  /** Each in the order of their times. */
  readonly #quarantine: Resting[] = [];
  readonly #avoided: Resting[] = [];

  constructor(range: { readonly from: number; readonly to: number }, clock: Clock) {
    this.#clock = clock;
    this.#range = range;
    for (let port = range.from + (range.from % 2); port + 1 <= range.to; port += 2) this.#free.push(port);
    this.#pairs = this.#free.length;
  }

  /** An even port which, with the one above, nobody has; `null` when there is none. */
  take(): number | null {
    this.#wake();
    if (this.#free.length === 0) return null;
    const index = randomInt(this.#free.length);
    const port = this.#free[index] ?? null;
    const last = this.#free.pop();
    if (last !== undefined && index < this.#free.length) this.#free[index] = last;
    return port;
  }

  /** A certain pair is in use, whether it is one of these or not. */
  claim(port: number): void {
    const index = this.#free.indexOf(port);
    if (index >= 0) this.#free.splice(index, 1);
  }

  /** The pair is used no more. */
  release(port: number): void {
    if (!this.#has(port)) return;
    this.#quarantine.push({ port, sinceMs: this.#clock.now() });
  }

  /** The pair turned out to be in use by another program. */
  avoid(port: number): void {
    if (!this.#has(port)) return;
    this.#avoided.push({ port, sinceMs: this.#clock.now() });
  }

  #has(port: number): boolean {
    return port >= this.#range.from && port < this.#range.to;
  }

  #wake(): void {
    this.#wakeFrom(this.#avoided, () => AVOIDED_MS);
    this.#wakeFrom(this.#quarantine, () => {
      return this.#free.length < this.#pairs * FEW ? SHORT_QUARANTINE_MS : QUARANTINE_MS;
    });
  }

  #wakeFrom(resting: Resting[], needMs: () => number): void {
    const now = this.#clock.now();
    let awake = 0;
    for (const { port, sinceMs } of resting) {
      // The distance alone: a wall clock that was set back would keep them resting for as long.
      if (Math.abs(now - sinceMs) < needMs()) break;
      this.#free.push(port);
      awake++;
    }
    resting.splice(0, awake);
  }
}
