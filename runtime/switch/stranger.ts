/**
 * What a stranger may learn of who is here: nothing. To whoever is neither a user of ours nor a trunk, a name that nobody
 * has, a user whose phones are away, and a number that is not for him are one and the same: 480, which is true of all three
 * (RFC 3261 §21.4.18). Scripts and the journal hear which it was.
 */
import type { CallState } from "./call/call-state.ts";
import type { ResolvedTarget } from "./target.ts";

/** The one answer. */
export const UNAVAILABLE = 480;
const TELLING: ReadonlySet<number> = new Set([403, 404, UNAVAILABLE, 503]);

/** Whether a refusal that is about one of our names tells if somebody has it, and where he is. */
export function tellsWhoIsHere(status: number): boolean {
  return TELLING.has(status);
}

/** Whether the caller is a stranger. */
export function isStranger({ direction, user, trunk }: Pick<CallState, "direction" | "user" | "trunk">): boolean {
  return direction === "inbound" && user === null && trunk === undefined;
}

/** Where a target leads, as a stranger may hear it. */
export function targetForStranger(resolved: ResolvedTarget): ResolvedTarget {
  if (resolved.type === "groups" || resolved.isElsewhere === true || !tellsWhoIsHere(resolved.code)) return resolved;
  return { type: "nowhere", code: UNAVAILABLE };
}
