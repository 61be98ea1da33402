/** A tone of the network as a sound: as long as its pattern goes on, or as was asked for. */
import { ToneGenerator } from "../dsp/tone.ts";
import type { TonePattern } from "../dsp/tone-pattern.ts";
import { ENDED, READY, type Sound, type SoundState } from "./sound.ts";

export class ToneSound implements Sound {
  state: SoundState = READY;
  readonly #generator: ToneGenerator;
  #left: number;

  constructor(pattern: TonePattern, rate: number, ms: number | undefined) {
    this.#generator = new ToneGenerator(pattern, rate);
    this.#left = ms === undefined ? Number.POSITIVE_INFINITY : Math.round((ms * rate) / 1000);
  }

  read(into: Int16Array, at: number): number {
    const room = into.subarray(at, Math.min(into.length, at + this.#left));
    const count = this.#generator.fill(room);
    this.#left -= count;
    if (count < room.length || this.#left <= 0) this.state = ENDED;
    return count;
  }

  close(): void {
    this.state = ENDED;
  }
}
