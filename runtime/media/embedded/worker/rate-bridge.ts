/** Brings frames to another rate, and goes on smoothly as long as both rates stay the same. */
import { Resampler } from "../dsp/resample.ts";

export class RateBridge {
  #resampler: Resampler | null = null;
  #from = 0;
  #to = 0;

  /** The frame at the new rate: valid until the next call. */
  convert(samples: Int16Array, from: number, to: number): Int16Array {
    if (from === to) return samples;
    if (this.#resampler === null || from !== this.#from || to !== this.#to) {
      this.#resampler = new Resampler(from, to);
      this.#from = from;
      this.#to = to;
    }
    return this.#resampler.process(samples);
  }
}
