/**
 * Comfort noise (RFC 3389): noise of the level and, where the payload describes it, of the colour of the other side's
 * background.
 */

/** RFC 3389 §3.1: the level counts down from a square wave at full scale, which the µ-law has at 4 * 8031. */
const OVERLOAD_RMS = 4 * 8031;
/** The level has 7 bits; 127 is silence for all purposes. */
const WEAKEST = 127;
/** More reflection coefficients than this are left out: the noise is duller, and nobody's filter is longer. */
const MOST_COEFFICIENTS = 12;
/** Noise of the generator lies evenly between -1 and 1, so this is its RMS. */
const UNIFORM_RMS = Math.sqrt(1 / 3);

export class ComfortNoise {
  #gain = 0;
  #seed: number;
  /** Reflection coefficients, and the state of the lattice that they stand in. */
  #coefficients = new Float64Array(0);
  readonly #backward = new Float64Array(MOST_COEFFICIENTS + 1);

  /** `seed`: two with the same one make the same noise. */
  constructor(seed = 0x2545f491) {
    this.#seed = seed | 0 || 1;
  }

  /** Takes over what a payload says; an empty one changes nothing. */
  update(payload: Uint8Array): void {
    const level = payload[0];
    if (level === undefined) return;
    const count = Math.min(payload.length - 1, MOST_COEFFICIENTS);
    if (count !== this.#coefficients.length) {
      this.#coefficients = new Float64Array(count);
      this.#backward.fill(0);
    }
    let excitation = 1;
    for (let i = 0; i < count; i++) {
      // RFC 3389 §3.2: 8 bits, evenly over -1 to 1.
      const coefficient = Math.max(-0.99, Math.min(0.99, (258 * ((payload[1 + i] ?? 127) - 127)) / 32_768));
      this.#coefficients[i] = coefficient;
      excitation *= 1 - coefficient * coefficient;
    }
    // The lattice adds power; the excitation is weaker by as much.
    const rms = OVERLOAD_RMS * 10 ** (-(level & WEAKEST) / 20);
    this.#gain = (rms / UNIFORM_RMS) * Math.sqrt(excitation);
  }

  fill(pcm: Int16Array): void {
    const isColoured = this.#coefficients.length > 0;
    for (let i = 0; i < pcm.length; i++) {
      const white = this.#next() * this.#gain;
      const value = isColoured ? this.#colour(white) : white;
      pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
    }
  }

  /** One step of the all-pole lattice. */
  #colour(white: number): number {
    const coefficients = this.#coefficients;
    const backward = this.#backward;
    let forward = white;
    for (let i = coefficients.length - 1; i >= 0; i--) {
      const coefficient = coefficients[i] ?? 0;
      const before = backward[i] ?? 0;
      forward -= coefficient * before;
      backward[i + 1] = before + coefficient * forward;
    }
    backward[0] = forward;
    return forward;
  }

  /** Xorshift: cheap, and its period of 2^32 is a day of audio. */
  #next(): number {
    let seed = this.#seed;
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    this.#seed = seed;
    return seed / 2 ** 31;
  }
}
