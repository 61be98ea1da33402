/**
 * A map of what comes and goes. A `Map` drops its table for a larger or a tidied one now and then, and the engine has the
 * old table point to the new one. As soon as one of them has grown old, a scavenge takes all that follow it for alive, and
 * whatever was in them with it: calls that are long over are copied twice and stay until the next full collection. So the
 * whole map is given up for a fresh one once it has lost more entries than it has.
 */

/** Deletions beyond those that the size allows for: a map that is empty most of the time is not copied each time. */
const SPARE_DELETIONS = 64;

export class LiveMap<Key, Value> {
  #entries = new Map<Key, Value>();
  /** Since the map is fresh. */
  #deletions = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
  }

  delete(key: Key): boolean {
    if (!this.#entries.delete(key)) return false;
    if (++this.#deletions > this.#entries.size + SPARE_DELETIONS) this.#refresh();
    return true;
  }

  clear(): void {
    this.#entries = new Map();
    this.#deletions = 0;
  }

  /** In the order in which they were set first. What is set meanwhile may be left out, what is deleted meanwhile is. */
  *values(): Iterable<Value> {
    for (const [key, value] of this.#entries) if (this.#entries.get(key) === value) yield value;
  }

  #refresh(): void {
    this.#entries = new Map(this.#entries);
    this.#deletions = 0;
  }
}
