/** What the answer to a MESSAGE says about trying again. */

/** Nobody is there, is busy, or has a fault that may pass (RFC 3428 §7). Any other refusal would be given again. */
const FOR_LATER: ReadonlySet<number> = new Set([408, 430, 480, 486, 491, 500, 502, 503, 504, 600]);

export function isForLater(status: number): boolean {
  return FOR_LATER.has(status);
}
