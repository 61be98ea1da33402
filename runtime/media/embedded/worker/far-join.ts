/**
 * One end of a join whose other end is in another worker: frames and keys cross a message port. Costs a copy and a message
 * each 20 ms, and one tick more of delay.
 */
import type { MessagePort } from "node:worker_threads";
import type { HeardFrame, JoinEnd, JoinUser } from "./join.ts";

/** Frames that may wait here: the ticks of two workers are not in step. */
const MAX_FRAMES = 3;

type FarMessage =
  | { readonly type: "frame"; readonly samples: Int16Array; readonly rate: number }
  | { readonly type: "key"; readonly digit: string };

export class FarEnd implements JoinEnd {
  readonly #port: MessagePort;
  readonly #frames: HeardFrame[] = [];
  #isOver = false;

  constructor(port: MessagePort, user: JoinUser) {
    this.#port = port;
    port.on("message", (message: FarMessage) => {
      if (message.type === "key") user.pressKey(message.digit);
      else this.#keep(message);
    });
    // Told to both ends, and when the other worker has died.
    port.on("close", () => {
      if (this.#isOver) return;
      this.#isOver = true;
      user.parted();
    });
  }

  say(frame: HeardFrame | null): void {
    if (frame === null || this.#isOver) return;
    this.#post({ type: "frame", samples: frame.samples.slice(), rate: frame.rate });
  }

  take(): HeardFrame | null {
    return this.#frames.shift() ?? null;
  }

  /** Frames alone cross. */
  pass(): boolean {
    return false;
  }

  pressKey(digit: string): void {
    if (!this.#isOver) this.#post({ type: "key", digit });
  }

  leave(): void {
    this.#isOver = true;
    this.#port.close();
  }

  #keep(frame: HeardFrame): void {
    if (this.#frames.length === MAX_FRAMES) this.#frames.shift();
    this.#frames.push(frame);
  }

  #post(message: FarMessage): void {
    this.#port.postMessage(message);
  }
}
