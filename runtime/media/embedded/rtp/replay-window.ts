/** Remembers which of the last packets have come, by an index that does not wrap (RFC 3711 §3.3.2). */

/** RFC 3711 §3.3.2 asks for 64 at least. A multiple of 32. */
export const WINDOW_PACKETS = 128;

export class ReplayWindow {
  /** The highest index that was accepted; -1: none. */
  highest = -1;
  /** A ring of bits. */
  readonly #seen = new Uint32Array(WINDOW_PACKETS / 32);

  /** Whether an index is neither known nor too old to know. */
  isNew(index: number): boolean {
    if (index > this.highest) return true;
    if (index <= this.highest - WINDOW_PACKETS) return false;
    return ((this.#word(index) >>> (index & 31)) & 1) === 0;
  }

  accept(index: number): void {
    const first = Math.max(this.highest + 1, index - WINDOW_PACKETS + 1);
    for (let skipped = first; skipped < index; skipped++) this.#write(skipped, 0);
    this.#write(index, 1);
    if (index > this.highest) this.highest = index;
  }

  #word(index: number): number {
    return this.#seen[(index % WINDOW_PACKETS) >>> 5] ?? 0;
  }

  #write(index: number, bit: number): void {
    const at = index & 31;
    this.#seen[(index % WINDOW_PACKETS) >>> 5] = (this.#word(index) & ~(1 << at)) | (bit << at);
  }
}
