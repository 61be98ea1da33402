/** A map of bounded size: what was used last stays, and the oldest makes room. */

export class RecentMap<Key, Value> {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #entries = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Looks, and does not count as a use. */
  peek(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  use(key: Key, make: () => Value): Value {
    const value = this.#entries.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  /** The oldest first. */
  entries(): Iterable<[Key, Value]> {
    return this.#entries.entries();
  }

  values(): Iterable<Value> {
    return this.#entries.values();
  }
}
