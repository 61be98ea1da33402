/** Samples in the order in which they are heard: packets of any length go in, frames of any length come out. */
export class PcmFifo {
  #samples: Int16Array;
  #start = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#samples = new Int16Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  /** Appends; what exceeds the capacity is left out. */
  push(samples: Int16Array): void {
    if (this.#start > 0) {
      this.#samples.copyWithin(0, this.#start, this.#start + this.#length);
      this.#start = 0;
    }
    const room = this.#samples.length - this.#length;
    const taken = samples.length > room ? samples.subarray(0, room) : samples;
    this.#samples.set(taken, this.#length);
    this.#length += taken.length;
  }

  /** Fills `into` from the front; returns how many samples there were. */
  shift(into: Int16Array): number {
    const count = Math.min(into.length, this.#length);
    into.set(this.#samples.subarray(this.#start, this.#start + count));
    this.#start += count;
    this.#length -= count;
    if (this.#length === 0) this.#start = 0;
    return count;
  }
}
