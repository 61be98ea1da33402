/** Finds the name that somebody who mistyped one has probably meant. */

/** A guess that needs more changes than this is none. */
const MAX_CHANGES = 3;
/** Longer names are not compared: the comparison takes the product of both lengths. */
const MAX_COMPARED = 64;

/** The nearest of `known` by edit distance, or `undefined` where none is near. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  let closest: string | undefined;
  let fewest = Math.min(MAX_CHANGES, Math.floor(name.length / 2)) + 1;
  for (const candidate of known) {
    const changes = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (changes < fewest) {
      closest = candidate;
      fewest = changes;
    }
  }
  return closest;
}

/** Levenshtein distance with one row of memory. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
