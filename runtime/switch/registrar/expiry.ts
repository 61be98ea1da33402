/**
 * When to look at what runs out: by seconds, and lazily. What is put off is not moved; it is looked at in the second it was
 * first due in, and put back. So a refresh costs nothing here, and no walk over all of them is ever needed.
 */

/** Looked at no later than in this second since 1970; infinite where it waits in no second. */
export interface Expiring {
  dueSecond: number;
}

export class ExpirySeconds<Item extends Expiring> {
  readonly #bySecond = new Map<number, Item[]>();
  /** Nothing waits in a second before this one. */
  #first = Number.POSITIVE_INFINITY;

  /** Has the item looked at once `atMs` (milliseconds since 1970) has passed, or sooner where it waits already. */
  schedule(item: Item, atMs: number): void {
    const second = Math.ceil(atMs / 1000);
    if (item.dueSecond <= second) return;
    item.dueSecond = second;
    const items = this.#bySecond.get(second);
    if (items === undefined) this.#bySecond.set(second, [item]);
    else items.push(item);
    this.#first = Math.min(this.#first, second);
  }

  /** Takes out what is to be looked at now, at most `most`. */
  take(nowMs: number, most: number): Item[] {
    const now = Math.floor(nowMs / 1000);
    const taken: Item[] = [];
    while (this.#first <= now && this.#bySecond.size > 0 && taken.length < most) {
      const items = this.#bySecond.get(this.#first);
      if (items === undefined) {
        this.#first++;
        continue;
      }
      for (let item = items.pop(); item !== undefined; item = taken.length < most ? items.pop() : undefined) {
        // One that was hastened waits in two seconds, and is looked at in the first of them.
        if (item.dueSecond !== this.#first) continue;
        item.dueSecond = Number.POSITIVE_INFINITY;
        taken.push(item);
      }
      if (items.length === 0) this.#bySecond.delete(this.#first);
    }
    if (this.#bySecond.size === 0) this.#first = Number.POSITIVE_INFINITY;
    return taken;
  }
}
