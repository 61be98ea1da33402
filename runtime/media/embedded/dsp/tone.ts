/**
 * Synthesis of tones, frame by frame: phases and cadence go on across frames, and each stretch begins and ends softly, so
 * that no click is heard.
 */
import { sinePeakOf } from "./level.ts";
import type { TonePattern, ToneStretch } from "./tone-pattern.ts";

/** How long a stretch takes to swell and to fade. */
const RAMP_MS = 4;
const SINE_BITS = 12;
/** One turn of a sine, which the upper bits of a phase of 32 bits index. */
const sine = Float64Array.from({ length: 1 << SINE_BITS }, (_, i) => Math.sin((i * 2 * Math.PI) / (1 << SINE_BITS)));
const TURN = 2 ** 32;
const SHIFT = 32 - SINE_BITS;

export class ToneGenerator {
  readonly #pattern: TonePattern;
  readonly #sampleRate: number;
  readonly #ramp: number;
  #index = 0;
  /** Samples of this stretch that are out, and that it has. */
  #done = 0;
  #length: number;
  #waves: readonly Wave[];

  constructor(pattern: TonePattern, sampleRate: number) {
    this.#pattern = pattern;
    this.#sampleRate = sampleRate;
    this.#ramp = Math.round((RAMP_MS * sampleRate) / 1000);
    this.#waves = this.#wavesOf(pattern.stretches[0]);
    this.#length = this.#lengthOf(pattern.stretches[0]);
  }

  /** Fills the frame and tells how many samples of it are the tone's: fewer than it has where the tone ends, then 0. */
  fill(pcm: Int16Array): number {
    let at = 0;
    while (at < pcm.length && this.#isAtSound()) {
      const end = Math.min(pcm.length, at + this.#length - this.#done);
      if (this.#waves.length === 0) {
        pcm.fill(0, at, end);
        this.#done += end - at;
      } else this.#fillStretch(pcm, at, end);
      at = end;
    }
    pcm.fill(0, at);
    return at;
  }

  /** Goes on to the next stretch where this one is over; `false`: there is none. */
  #isAtSound(): boolean {
    const { stretches, isRepeated } = this.#pattern;
    // Once around and no further: stretches without length would go round forever.
    for (let i = 0; this.#done >= this.#length; i++) {
      if (i > stretches.length) return false;
      if (this.#index + 1 >= stretches.length && !isRepeated) return false;
      this.#index = (this.#index + 1) % Math.max(1, stretches.length);
      this.#done = 0;
      this.#waves = this.#wavesOf(stretches[this.#index]);
      this.#length = this.#lengthOf(stretches[this.#index]);
    }
    return true;
  }

  #fillStretch(pcm: Int16Array, from: number, to: number): void {
    const ramp = Math.min(this.#ramp, this.#length / 2);
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (const wave of this.#waves) sum += wave.next();
      const toEdge = Math.min(this.#done + 1, this.#length - this.#done);
      const value = toEdge < ramp ? (sum * toEdge) / ramp : sum;
      pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
      this.#done++;
    }
  }

  #wavesOf(stretch: ToneStretch | undefined): readonly Wave[] {
    return (stretch?.partials ?? []).map(({ hz, dbm0 }) => new Wave(hz / this.#sampleRate, sinePeakOf(dbm0)));
  }

  #lengthOf(stretch: ToneStretch | undefined): number {
    if (stretch === undefined) return 0;
    return stretch.ms === null ? Number.POSITIVE_INFINITY : Math.round((stretch.ms * this.#sampleRate) / 1000);
  }
}

class Wave {
  readonly #peak: number;
  readonly #step: number;
  #phase = 0;

  constructor(turnsPerSample: number, peak: number) {
    this.#step = Math.round(turnsPerSample * TURN) | 0;
    this.#peak = peak;
  }

  next(): number {
    const value = (sine[this.#phase >>> SHIFT] ?? 0) * this.#peak;
    this.#phase = (this.#phase + this.#step) | 0;
    return value;
  }
}
