/** Which of the times that have come is to be run. Pure: the times are given. */

/** What was slept through is made up for where it is no older. */
export const CATCH_UP_MS = 10 * 60_000;

/** When the times of a schedule are, in milliseconds since 1970. */
export interface Times {
  next(afterMs: number): number | null;
  /** The last one up to this moment, it included. */
  latest(untilMs: number): number | null;
}

/**
 * The last of the times after `reachedAt` and up to `now`; `null` where none has come. Those before it are passed over:
 * whoever was away for an hour wants to know how things stand now, not sixty times how they stood.
 */
export function dueTime(times: Times, reachedAt: number, now: number): { at: number; isMissed: boolean } | null {
  const at = times.latest(now);
  if (at === null || at <= reachedAt) return null;
  return { at, isMissed: now - at > CATCH_UP_MS };
}
