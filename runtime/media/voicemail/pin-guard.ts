/**
 * Damps the guessing of PINs: after five wrong ones a box is locked for a minute, after five more for two, up to an hour.
 * An attempt counts as wrong from its beginning, so that many at once are no way around.
 */
import type { Clock } from "../../base/clock.ts";

const MAX_WRONG = 5;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 3_600_000;
/** So long after the last attempt, or the end of a lock, all is forgotten. */
const FORGET_MS = 3_600_000;

interface Attempts {
  wrong: number;
  locks: number;
  lockedUntil: number;
  at: number;
}

export class PinGuard {
  readonly #clock: Pick<Clock, "now">;
  readonly #boxes = new Map<string, Attempts>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether a PIN may be tried on a box now. */
  admit(box: string): boolean {
    const now = this.#clock.now();
    const attempts = this.#attempts(box, now);
    if (now < attempts.lockedUntil) return false;
    attempts.at = now;
    if (++attempts.wrong < MAX_WRONG) return true;
    attempts.wrong = 0;
    attempts.lockedUntil = now + Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** attempts.locks++);
    return true;
  }

  /** The PIN was right. */
  forgive(box: string): void {
    this.#boxes.delete(box);
  }

  #attempts(box: string, now: number): Attempts {
    const known = this.#boxes.get(box);
    if (known !== undefined && now - Math.max(known.at, known.lockedUntil) < FORGET_MS) return known;
    const attempts = { wrong: 0, locks: 0, lockedUntil: 0, at: now };
    this.#boxes.set(box, attempts);
    return attempts;
  }
}
