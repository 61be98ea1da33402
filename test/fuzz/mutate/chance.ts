/** Choices that depend on a number alone. */
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";

export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** From 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** Small numbers far more often than large ones. */
  fewBelow(end: number): number {
    return Math.floor(end ** this.#random()) - 1;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item;
  }

  octets(count: number): string {
    let text = "";
    for (let index = 0; index < count; index++) text += String.fromCharCode(this.below(256));
    return text;
  }
}

/** A number for a text: the same text, the same number (FNV-1a). */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
