/**
 * What is heard in place of lost packets: the last period of the voice goes on and fades out, and what comes afterwards is
 * faded in. In the manner of ITU-T G.711 Appendix I, without its delay. It joins without a step at both ends.
 */
import { SampleScratch } from "./scratch.ts";

/** Fading begins after this, and ends in silence. */
const FULL_MS = 10;
const FADED_MS = 60;
/** How long the step at the seam takes to vanish, and how long the old and the new voice overlap afterwards. */
const SEAM_MS = 3;
const OVERLAP_MS = 5;
/** Voices have 66 to 400 periods a second. */
const LONGEST_PERIOD_MS = 15;
const SHORTEST_PERIOD_MS = 2.5;
const COMPARED_MS = 10;
const HISTORY_MS = 30;
/** Nobody asks for more at once; more is answered with this much. */
const MOST_MS = 120;
/** Periods are looked for at this rate; finer by the neighbours alone. */
const SEARCH_RATE = 4000;

export class Concealment {
  readonly #samplesPerMs: number;
  readonly #history: Int16Array;
  readonly #period: Float64Array;
  readonly #scratch: SampleScratch;
  #periodLength = 0;
  #periodIndex = 0;
  /** Samples that have been made up since the last packet; 0: none. */
  #lost = 0;
  /** What the first made-up sample misses to join the last true one. */
  #step = 0;

  constructor(sampleRate: number) {
    this.#samplesPerMs = sampleRate / 1000;
    this.#history = new Int16Array(HISTORY_MS * this.#samplesPerMs);
    this.#period = new Float64Array(LONGEST_PERIOD_MS * this.#samplesPerMs);
    this.#scratch = new SampleScratch(20 * this.#samplesPerMs);
  }

  /** Takes note of what a packet held. After a loss its beginning is changed in place, so that it joins. */
  heard(pcm: Int16Array): void {
    if (this.#lost > 0 && pcm.length > 0) this.#fadeIn(pcm);
    this.#remember(pcm);
  }

  /** Makes up so many samples. */
  conceal(samples: number): Int16Array {
    const length = Math.max(0, Math.min(Math.floor(samples), MOST_MS * this.#samplesPerMs));
    const pcm = this.#scratch.take(length);
    if (this.#lost === 0) this.#begin();
    for (let i = 0; i < length; i++) pcm[i] = this.#next();
    this.#remember(pcm);
    return pcm;
  }

  #fadeIn(pcm: Int16Array): void {
    const length = Math.min(pcm.length, OVERLAP_MS * this.#samplesPerMs);
    for (let i = 0; i < length; i++) {
      const weight = (i + 1) / (length + 1);
      pcm[i] = Math.round((pcm[i] ?? 0) * weight + this.#next() * (1 - weight));
    }
    this.#lost = 0;
  }

  #remember(pcm: Int16Array): void {
    const history = this.#history;
    if (pcm.length >= history.length) {
      history.set(pcm.subarray(pcm.length - history.length));
      return;
    }
    history.copyWithin(0, pcm.length);
    history.set(pcm, history.length - pcm.length);
  }

  /** Takes the last period out of the history and bends its end, so that it joins its own beginning. */
  #begin(): void {
    const history = this.#history;
    const end = history.length;
    const length = this.#findPeriod();
    const bent = length >> 2;
    for (let i = 0; i < length; i++) {
      const here = history[end - length + i] ?? 0;
      const before = history[end - 2 * length + i] ?? 0;
      const weight = Math.max(0, (i - (length - bent) + 1) / bent);
      this.#period[i] = here * (1 - weight) + before * weight;
    }
    this.#periodLength = length;
    this.#periodIndex = 0;
    this.#step = (history[end - 1] ?? 0) - (history[end - length - 1] ?? 0);
  }

  #next(): number {
    const ms = this.#lost++ / this.#samplesPerMs;
    if (ms >= FADED_MS) return 0;
    const voice = this.#period[this.#periodIndex++] ?? 0;
    if (this.#periodIndex === this.#periodLength) this.#periodIndex = 0;
    const seam = ms < SEAM_MS ? this.#step * (1 - ms / SEAM_MS) : 0;
    const gain = ms < FULL_MS ? 1 : (FADED_MS - ms) / (FADED_MS - FULL_MS);
    return Math.max(-32_768, Math.min(32_767, Math.round((voice + seam) * gain)));
  }

  #findPeriod(): number {
    const stride = Math.max(1, Math.round((this.#samplesPerMs * 1000) / SEARCH_RATE));
    const shortest = SHORTEST_PERIOD_MS * this.#samplesPerMs;
    const longest = LONGEST_PERIOD_MS * this.#samplesPerMs;
    const coarse = this.#bestLag(shortest, longest, stride, stride);
    if (stride === 1) return coarse;
    return this.#bestLag(Math.max(shortest, coarse - stride), Math.min(longest, coarse + stride), 1, stride);
  }

  /** The lag at which the end of the history is most like itself. */
  #bestLag(from: number, to: number, lagStep: number, stride: number): number {
    let best = from;
    let bestLikeness = Number.NEGATIVE_INFINITY;
    for (let lag = from; lag <= to; lag += lagStep) {
      const likeness = this.#likeness(lag, stride);
      if (likeness > bestLikeness) {
        bestLikeness = likeness;
        best = lag;
      }
    }
    return best;
  }

  #likeness(lag: number, stride: number): number {
    const history = this.#history;
    const first = history.length - COMPARED_MS * this.#samplesPerMs;
    let product = 0;
    let energy = 1;
    for (let i = first; i < history.length; i += stride) {
      const then = history[i - lag] ?? 0;
      product += (history[i] ?? 0) * then;
      energy += then * then;
    }
    return product <= 0 ? product : (product * product) / energy;
  }
}
