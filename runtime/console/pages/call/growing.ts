/** A timeline that grows: what is known of it, and where the next reading begins. Pure. */
import type { TimelineBody, TimelineItemBody } from "../../../contract/journal-api.ts";

/** So many of the newest items are looked at for operations that wait for their answer. */
const LOOKED_BACK = 50;
/** RFC 3261 §17: 64·T1, in which last answers may come after the end. */
const LAST_ANSWERS_MS = 32_000;
const WHILE_UP_MS = 1_000;
const WHILE_LAST_MS = 4_000;

/**
 * The number after which items are asked for: those that are known do not change, but for an operation that is answered
 * later, which is read again.
 */
export function resumeAfter(items: readonly TimelineItemBody[]): number {
  const waiting = items.slice(-LOOKED_BACK).find((item) => item.type === "operation" && item.outcome === "unanswered");
  return waiting === undefined ? (items.at(-1)?.n ?? 0) : waiting.n - 1;
}

/** What was known up to `after`, and what has been read behind it. */
export function joined(known: TimelineBody | null, after: number, page: TimelineBody): TimelineBody {
  const before = known?.items.filter(({ n }) => n <= after) ?? [];
  return { ...page, items: [...before, ...page.items] };
}

/** When it is to be read again, in milliseconds; `null`: it grows no more. */
export function readAgainIn({ endedAt }: TimelineBody["call"], now: number): number | null {
  if (endedAt === null) return WHILE_UP_MS;
  return now - Date.parse(endedAt) <= LAST_ANSWERS_MS + WHILE_LAST_MS ? WHILE_LAST_MS : null;
}

/** How far the call has come, in milliseconds since it began: of one that is up, as far as has been told. */
export function reachedMs({ call, items }: TimelineBody, now: number): number {
  return call.endedAt === null ? (items.at(-1)?.ms ?? 0) : now - Date.parse(call.startedAt);
}
