/**
 * What encoder and decoder of a sub-band of G.722 both run, so that they stay alike: the adaptive scale factor of the
 * quantiser (ITU-T G.722 §3.5) and the adaptive predictor with two poles and six zeros (§3.6). Arithmetic is of 16 bits with
 * saturation, as §6.2 lays it down.
 */
import { HIGH_STEPS, LOW_STEPS, POWERS } from "./g722-tables.ts";

/** How a sub-band adapts its scale factor: by which steps, up to where, from where. */
export interface BandShape {
  readonly steps: Int32Array;
  readonly largestLogarithm: number;
  readonly exponent: number;
  readonly firstScale: number;
}

export const LOW_BAND: BandShape = { steps: LOW_STEPS, largestLogarithm: 18_432, exponent: 8, firstScale: 32 };
export const HIGH_BAND: BandShape = { steps: HIGH_STEPS, largestLogarithm: 22_528, exponent: 10, firstScale: 8 };

const LARGEST_SECOND_POLE = 12_288;
const LARGEST_POLES = 15_360;

export class G722Band {
  readonly #shape: BandShape;
  /** Scale factor of the quantiser (DETL, DETH). */
  scale: number;
  /** What the next sample is predicted to be (SL, SH). */
  predicted = 0;
  #logarithm = 0;
  #zerosPart = 0;
  #pole1 = 0;
  #pole2 = 0;
  /** The last reconstructed sample, and the last two partly reconstructed ones. */
  #sample = 0;
  #partial1 = 0;
  #partial2 = 0;
  readonly #zeros = new Int32Array(6);
  /** The last six differences, times 2 as the filter wants them. */
  readonly #doubled = new Int32Array(6);

  constructor(shape: BandShape) {
    this.#shape = shape;
    this.scale = shape.firstScale;
  }

  /** Adapts to a difference: `code` of 4 bits (lower) or 2 bits (higher), and the value reconstructed from it. */
  adapt(code: number, difference: number): void {
    this.#adaptScale(code);
    const sample = saturate(this.predicted + difference);
    const partial = saturate(this.#zerosPart + difference);
    this.#adaptPoles(partial);
    const zerosPart = this.#adaptZeros(difference);
    const polesPart = saturate(
      (Math.imul(this.#pole1, saturate(2 * sample)) >> 15) + (Math.imul(this.#pole2, saturate(2 * this.#sample)) >> 15),
    );
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    this.#sample = sample;
    this.#zerosPart = zerosPart;
    this.predicted = saturate(polesPart + zerosPart);
  }

  #adaptScale(code: number): void {
    const { steps, largestLogarithm, exponent } = this.#shape;
    const next = (Math.imul(this.#logarithm, 127) >> 7) + (steps[code] ?? 0);
    const logarithm = next < 0 ? 0 : next > largestLogarithm ? largestLogarithm : next;
    const power = POWERS[(logarithm >> 6) & 31] ?? 0;
    const shift = exponent - (logarithm >> 11);
    this.scale = (shift < 0 ? power << -shift : power >> shift) << 2;
    this.#logarithm = logarithm;
  }

  #adaptPoles(partial: number): void {
    // 0 where the signs are alike, else -1: (x ^ unlike) - unlike is x or -x, without a branch that nobody can predict.
    const unlikeLast = (partial ^ this.#partial1) >> 31;
    const unlikeBefore = (partial ^ this.#partial2) >> 31;
    const quadruple = saturate(4 * this.#pole1);
    const pull = (unlikeLast === 0 ? saturate(-quadruple) : quadruple) >> 7;
    const pole2 = limit(
      pull + ((128 ^ unlikeBefore) - unlikeBefore) + (Math.imul(this.#pole2, 32_512) >> 15),
      LARGEST_SECOND_POLE,
    );
    const pole1 = (192 ^ unlikeLast) - unlikeLast + (Math.imul(this.#pole1, 32_640) >> 15);
    this.#pole2 = pole2;
    this.#pole1 = limit(pole1, LARGEST_POLES - pole2);
  }

  /** Adapts the zeros to the difference, takes it among the last six, and filters these. */
  #adaptZeros(difference: number): number {
    const zeros = this.#zeros;
    const doubled = this.#doubled;
    const pull = difference === 0 ? 0 : 128;
    let newer = saturate(2 * difference);
    let sum = 0;
    for (let i = 0; i < 6; i++) {
      const old = doubled[i] ?? 0;
      const unlike = (difference ^ old) >> 31;
      const zero = (pull ^ unlike) - unlike + (Math.imul(zeros[i] ?? 0, 32_640) >> 15);
      zeros[i] = zero;
      doubled[i] = newer;
      sum += Math.imul(zero, newer) >> 15;
      newer = old;
    }
    return saturate(sum);
  }
}

export function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

function limit(value: number, largest: number): number {
  return value > largest ? largest : value < -largest ? -largest : value;
}
