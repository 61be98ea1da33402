/** The order in which equals are tried (RFC 2782): by priority, and by lot within a priority, weights being the shares. */

export interface Weighted {
  /** Lower ones come first. */
  readonly priority: number;
  readonly weight: number;
}

/** `random` gives 0 up to 1. */
export function orderByWeight<Item extends Weighted>(items: readonly Item[], random: () => number): Item[] {
  // Weight 0 comes first, so that it is drawn only when the lot is (nearly) 0.
  const waiting = items.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: Item[] = [];
  while (waiting.length > 0) {
    const priority = waiting[0]?.priority;
    const end = waiting.findIndex((item) => item.priority !== priority);
    const [drawn] = waiting.splice(draw(waiting.slice(0, end < 0 ? waiting.length : end), random), 1);
    if (drawn !== undefined) ordered.push(drawn);
  }
  return ordered;
}

/** The index of one item by lot. */
function draw(items: readonly Weighted[], random: () => number): number {
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  // Nobody has stated a share: all have the same.
  if (total === 0) return Math.floor(random() * items.length);
  const lot = random() * total;
  let sum = 0;
  const index = items.findIndex((item) => {
    sum += item.weight;
    return sum >= lot;
  });
  return Math.max(0, index);
}
