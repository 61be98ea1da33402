/** Memory that a codec hands out again and again: a packet as long as the last one costs no allocation. */
export class SampleScratch {
  #memory: Int16Array<ArrayBuffer>;
  #view: Int16Array<ArrayBuffer>;

  constructor(length: number) {
    this.#memory = new Int16Array(length);
    this.#view = this.#memory;
  }

  /** So many samples, holding anything, valid until the next call. */
  take(length: number): Int16Array<ArrayBuffer> {
    if (this.#view.length === length) return this.#view;
    if (this.#memory.length < length) this.#memory = new Int16Array(length);
    this.#view = this.#memory.subarray(0, length);
    return this.#view;
  }
}

/** As `SampleScratch`, of octets. */
export class OctetScratch {
  #memory: Uint8Array<ArrayBuffer>;
  #view: Uint8Array<ArrayBuffer>;

  constructor(length: number) {
    this.#memory = new Uint8Array(length);
    this.#view = this.#memory;
  }

  /** So many octets, holding anything, valid until the next call. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#view.length === length) return this.#view;
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    this.#view = this.#memory.subarray(0, length);
    return this.#view;
  }
}
