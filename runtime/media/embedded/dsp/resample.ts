/**
 * Changes the rate of a stream of samples, packet by packet: what one packet leaves over goes into the next. Delays by half
 * the length of its filter, about 4 ms at 8 kHz.
 */
import { SampleScratch } from "../codec/scratch.ts";
import { type ResampleFilter, resampleFilter } from "./resample-filter.ts";

/** What RTP and WAV files have; others are refused where they come in. */
export const LOWEST_RATE = 8000;
export const HIGHEST_RATE = 48_000;

export class Resampler {
  readonly #filter: ResampleFilter | null;
  /** The samples that the filter still reaches back to, and behind them those of the packet. */
  #line: Float64Array;
  #phase = 0;
  /** Samples of the next packet that come before the next output. */
  #skip = 0;
  readonly #scratch = new SampleScratch(0);

  /** Rates are whole numbers from 8000 to 48,000. */
  constructor(fromRate: number, toRate: number) {
    checkRate(fromRate);
    checkRate(toRate);
    this.#filter = fromRate === toRate ? null : resampleFilter(fromRate, toRate);
    this.#line = new Float64Array((this.#filter?.taps ?? 1) - 1 + Math.ceil(fromRate / 50));
  }

  /** The samples at the new rate: valid until the next call. With equal rates it is what came in. */
  process(pcm: Int16Array): Int16Array {
    const filter = this.#filter;
    if (filter === null) return pcm;
    const line = this.#load(pcm, filter.taps - 1);
    const ticks = (pcm.length - this.#skip) * filter.up - this.#phase;
    const output = this.#scratch.take(Math.max(0, Math.ceil(ticks / filter.down)));
    this.#filterInto(output, line, filter);
    this.#skip -= pcm.length;
    line.copyWithin(0, pcm.length, pcm.length + filter.taps - 1);
    return output;
  }

  #load(pcm: Int16Array, remembered: number): Float64Array {
    if (this.#line.length < remembered + pcm.length) {
      const longer = new Float64Array(remembered + pcm.length);
      longer.set(this.#line.subarray(0, remembered));
      this.#line = longer;
    }
    this.#line.set(pcm, remembered);
    return this.#line;
  }

  #filterInto(output: Int16Array, line: Float64Array, filter: ResampleFilter): void {
    const { up, down, taps, coefficients } = filter;
    let at = this.#skip;
    let phase = this.#phase;
    for (let i = 0; i < output.length; i++) {
      output[i] = toSample(convolve(line, at, coefficients, phase * taps, taps));
      phase += down;
      while (phase >= up) {
        phase -= up;
        at++;
      }
    }
    this.#skip = at;
    this.#phase = phase;
  }
}

/** Four sums side by side: one alone would wait for each addition to end. */
function convolve(line: Float64Array, at: number, coefficients: Float64Array, row: number, taps: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < taps; k += 4) {
    a += (line[at + k] ?? 0) * (coefficients[row + k] ?? 0);
    b += (line[at + k + 1] ?? 0) * (coefficients[row + k + 1] ?? 0);
    c += (line[at + k + 2] ?? 0) * (coefficients[row + k + 2] ?? 0);
    d += (line[at + k + 3] ?? 0) * (coefficients[row + k + 3] ?? 0);
  }
  return a + b + c + d;
}

function toSample(value: number): number {
  return value >= 32_767 ? 32_767 : value <= -32_768 ? -32_768 : Math.floor(value + 0.5);
}

function checkRate(rate: number): void {
  if (Number.isInteger(rate) && rate >= LOWEST_RATE && rate <= HIGHEST_RATE) return;
  throw new RangeError(
    `A rate of ${rate} samples a second cannot be converted: it must be a whole number from 8000 to 48000.`,
  );
}
