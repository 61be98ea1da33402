/**
 * How much of some frequencies a stretch of samples holds, by Goertzel's algorithm. The result is complex and refers to the
 * end of the stretch, so that two stretches add up to a longer one: the work is done once, though blocks overlap.
 */

export class Goertzel {
  readonly #count: number;
  /** Per frequency, 2 cos w, cos w and sin w; and the turn of a whole stretch. */
  readonly #doubled: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #turnRe: Float64Array;
  readonly #turnIm: Float64Array;
  /** Of the stretch before and of this one. */
  #beforeRe: Float64Array;
  #beforeIm: Float64Array;
  #re: Float64Array;
  #im: Float64Array;

  constructor(frequencies: readonly number[], sampleRate: number, length: number) {
    const angles = frequencies.map((hz) => (2 * Math.PI * hz) / sampleRate);
    this.#count = angles.length;
    this.#doubled = Float64Array.from(angles, (w) => 2 * Math.cos(w));
    this.#cos = Float64Array.from(angles, Math.cos);
    this.#sin = Float64Array.from(angles, Math.sin);
    this.#turnRe = Float64Array.from(angles, (w) => Math.cos(w * length));
    this.#turnIm = Float64Array.from(angles, (w) => Math.sin(w * length));
    this.#beforeRe = new Float64Array(this.#count);
    this.#beforeIm = new Float64Array(this.#count);
    this.#re = new Float64Array(this.#count);
    this.#im = new Float64Array(this.#count);
  }

  /** Takes a stretch; `null` stands for one that is silent. */
  take(samples: Float64Array | null): void {
    [this.#beforeRe, this.#re] = [this.#re, this.#beforeRe];
    [this.#beforeIm, this.#im] = [this.#im, this.#beforeIm];
    if (samples === null) {
      this.#re.fill(0);
      this.#im.fill(0);
      return;
    }
    for (let f = 0; f < this.#count; f++) this.#run(f, samples);
  }

  /** The squared magnitude of each frequency in the last two stretches together. */
  powersInto(powers: Float64Array): void {
    for (let f = 0; f < this.#count; f++) {
      const [beforeRe, beforeIm] = [this.#beforeRe[f] ?? 0, this.#beforeIm[f] ?? 0];
      const [turnRe, turnIm] = [this.#turnRe[f] ?? 0, this.#turnIm[f] ?? 0];
      const re = beforeRe * turnRe - beforeIm * turnIm + (this.#re[f] ?? 0);
      const im = beforeRe * turnIm + beforeIm * turnRe + (this.#im[f] ?? 0);
      powers[f] = re * re + im * im;
    }
  }

  #run(f: number, samples: Float64Array): void {
    const doubled = this.#doubled[f] ?? 0;
    let last = 0;
    let before = 0;
    for (let i = 0; i < samples.length; i++) {
      const next = (samples[i] ?? 0) + doubled * last - before;
      before = last;
      last = next;
    }
    this.#re[f] = last - before * (this.#cos[f] ?? 0);
    this.#im[f] = before * (this.#sin[f] ?? 0);
  }
}
