/** Keys that were pressed before anybody asked for them: who knows a menu types ahead of it. */
const MOST_KEYS = 32;

/** Whoever may want a key. */
export interface KeyTaker {
  takeKey?(digit: string): boolean;
}

export class TypedAhead {
  #keys = "";

  add(digit: string): void {
    if (this.#keys.length < MOST_KEYS) this.#keys += digit;
  }

  /** Gives the keys one by one, as long as they are wanted; the rest is for who asks next. */
  feed(taker: { takeKey(digit: string): boolean }): void {
    while (this.#keys !== "") {
      const digit = this.#keys.charAt(0);
      this.#keys = this.#keys.slice(1);
      if (taker.takeKey(digit)) continue;
      this.#keys = digit + this.#keys;
      return;
    }
  }
}
