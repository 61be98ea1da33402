/** A feed with a short memory: what was published last is kept in a ring, and given to whoever comes back for it. */
import type { Feed } from "../port/feed.ts";

/** For how long a listener that is gone is expected back. */
const COMES_BACK_MS = 60_000;

export class RingFeed<Entry> implements Feed<Entry> {
  readonly #listeners = new Set<(entry: Entry, id: number) => void>();
  readonly #ring: { readonly id: number; readonly entry: Entry }[] = [];
  readonly #size: number;
  #lastId = 0;
  #lastLeftAt = Number.NEGATIVE_INFINITY;

  /** `size`: how many entries are remembered. */
  constructor(size: number) {
    this.#size = size;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Whether somebody listens, or has listened so lately that he may come back for what he missed. */
  get hasAudience(): boolean {
    return this.hasListeners || performance.now() - this.#lastLeftAt < COMES_BACK_MS;
  }

  publish(entry: Entry): void {
    const id = ++this.#lastId;
    const kept = { id, entry };
    if (this.#ring.length < this.#size) this.#ring.push(kept);
    else this.#ring[(id - 1) % this.#size] = kept;
    for (const listener of this.#listeners) listener(entry, id);
  }

  subscribe(listener: (entry: Entry, id: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.#lastLeftAt = performance.now();
    };
  }

  since(id: number): readonly { readonly id: number; readonly entry: Entry }[] {
    return this.#ring.filter((kept) => kept.id > id).sort((a, b) => a.id - b.id);
  }
}
