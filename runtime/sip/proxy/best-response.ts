/** Which of several final responses counts (RFC 3261 §16.7 step 6). */

/** Among 4xx these say what the sender could do better. */
const TELLING: ReadonlySet<number> = new Set([401, 407, 415, 420, 484]);

/** The lower, the better: a 6xx beats all, then the lowest class, and in 4xx what tells the sender something. */
export function rankOf(code: number): number {
  if (code >= 600) return 0;
  return Math.floor(code / 100) * 2 - (TELLING.has(code) ? 1 : 0);
}
