/**
 * What the switch sends, read by blocking: most scripts run shorter than a turn of the event loop takes. The loop turns
 * while a script waits for a timer, and now and then for what the engine has left to tidy up.
 */
import { read, readSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;
/** Reads in a row without a turn of the loop. */
const READS_PER_TURN = 64;

export interface InputUser {
  /** Bytes, valid during the call alone. */
  received(chunk: Buffer): void;
  /** The switch is gone. */
  ended(): void;
  /** Whether timers run, so that the loop must not stand still. */
  readonly waitsForTimers: boolean;
}

export class Input {
  readonly #descriptor: number;
  readonly #user: InputUser;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

  /** `descriptor`: of a pipe whose end here blocks. */
  constructor(descriptor: number, user: InputUser) {
    this.#descriptor = descriptor;
    this.#user = user;
  }

  start(): void {
    for (let reads = 0; !this.#user.waitsForTimers; reads++) {
      if (reads === READS_PER_TURN) {
        setImmediate(() => this.start());
        return;
      }
      if (!this.#take(readSync(this.#descriptor, this.#chunk, 0, CHUNK_BYTES, null))) return;
    }
    read(this.#descriptor, this.#chunk, 0, CHUNK_BYTES, null, (error, bytes) => {
      if (error !== null) throw error;
      if (this.#take(bytes)) this.start();
    });
  }

  #take(bytes: number): boolean {
    if (bytes === 0) {
      this.#user.ended();
      return false;
    }
    this.#user.received(this.#chunk.subarray(0, bytes));
    return true;
  }
}
