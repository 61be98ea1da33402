/**
 * Keys of one side, each told once: many phones send a key twice, by RFC 4733 and by INFO, or in the audio as well. The
 * same key by another way within a moment is the same press.
 */
export type KeyWay = "audio" | "info";

/** Longer than INFO takes behind RTP, shorter than two presses by a hand that changes its way in between. */
const SAME_PRESS_MS = 1500;
const MOST_REMEMBERED = 16;

interface Press {
  readonly digit: string;
  readonly way: KeyWay;
  readonly at: number;
}

export class KeyFilter {
  #recent: Press[] = [];

  /** Whether this is a press that has not been told of yet. */
  isNew(digit: string, way: KeyWay, now: number): boolean {
    this.#recent = this.#recent.filter(({ at }) => now - at < SAME_PRESS_MS).slice(-MOST_REMEMBERED);
    const twin = this.#recent.findIndex((press) => press.digit === digit && press.way !== way);
    if (twin >= 0) {
      // Each press has one twin: what comes after it is another press.
      this.#recent.splice(twin, 1);
      return false;
    }
    this.#recent.push({ digit, way, at: now });
    return true;
  }
}
