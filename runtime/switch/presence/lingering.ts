/** What is over is shown for a moment longer, so that whoever watches hears of its end; bounded, by resource. */
import type { Resource } from "./event-package.ts";

const MOST_OF_RESOURCE = 16;
const MOST_RESOURCES = 50_000;

export class Lingering<Item> {
  readonly #lingerMs: number;
  readonly #now: () => number;
  /** The oldest come first, in the map and in each list. */
  readonly #byResource = new Map<string, readonly { readonly item: Item; readonly until: number }[]>();

  constructor(lingerMs: number, now: () => number) {
    this.#lingerMs = lingerMs;
    this.#now = now;
  }

  add(resource: Resource, item: Item): void {
    const key = keyOf(resource);
    const kept = this.#live(key).slice(-(MOST_OF_RESOURCE - 1));
    this.#byResource.delete(key);
    this.#byResource.set(key, [...kept, { item, until: this.#now() + this.#lingerMs }]);
    this.#clear();
  }

  of(resource: Resource): readonly Item[] {
    return this.#live(keyOf(resource)).map(({ item }) => item);
  }

  #live(key: string) {
    const now = this.#now();
    return (this.#byResource.get(key) ?? []).filter(({ until }) => until > now);
  }

  /** Each addition takes away what has run out before it: nothing needs a timer. */
  #clear(): void {
    const now = this.#now();
    for (const [key, items] of this.#byResource) {
      const last = items.at(-1)?.until ?? 0;
      if (last > now && this.#byResource.size <= MOST_RESOURCES) return;
      this.#byResource.delete(key);
    }
  }
}

function keyOf({ domain, name }: Resource): string {
  return `${domain} ${name}`;
}
