/**
 * When the switch lived for the last time: a file that is touched once a second. Whoever starts next sees from it how long
 * the switch was away. Times that cannot be written are passed over: it looks as if it had been away for longer.
 */
import { statSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import type { Clock, Timer } from "../base/clock.ts";

const EVERY_MS = 1_000;
const OWNER_ONLY = 0o600;

export class LastSeen {
  readonly #file: string;
  readonly #clock: Clock;
  #timer: Timer | null = null;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Milliseconds since 1970; `null`: never. */
  read(): number | null {
    try {
      return statSync(this.#file).mtimeMs;
    } catch {
      return null;
    }
  }

  start(): void {
    this.#mark();
    this.#timer = this.#clock.startTimer(EVERY_MS, this, "seen");
  }

  stop(): void {
    this.#timer?.cancel();
    this.#mark();
  }

  expire(): void {
    this.#timer = this.#clock.startTimer(EVERY_MS, this, "seen");
    const seconds = this.#clock.now() / 1000;
    utimes(this.#file, seconds, seconds).catch(() => this.#mark());
  }

  #mark(): void {
    try {
      writeFileSync(this.#file, "", { mode: OWNER_ONLY });
    } catch {
      // A full disk, or a folder that is gone: others say so.
    }
  }
}
