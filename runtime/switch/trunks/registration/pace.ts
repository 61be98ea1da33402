/** When a registration is refreshed, and when one that has failed is tried again. Milliseconds; `lot` is from 0 up to 1. */

/** A registrar that keeps us for less would be asked without end: such an answer is a failure. */
export const SHORTEST_SECONDS = 10;
/** A refresh has so long to be answered before the registration runs out. */
const HEADROOM_SECONDS = 10;
const REFRESH_SHARE = 0.9;
/** Many trunks that have begun together do not refresh together. */
const JITTER_SHARE = 0.05;

/**
 * RFC 5626 §4.5. Deviation: 10 s and 10 minutes in place of 30 s and 30 minutes, which are for thousands of phones that
 * come back at once: a trunk is one, and many wait for it.
 */
const BASE_MS = 10_000;
const LONGEST_WAIT_MS = 600_000;
/** What only the operator or the carrier can mend is tried again so much later. */
const REFUSED_WAIT_MS = 600_000;
/** Whatever a registrar asks for. */
const LONGEST_RETRY_AFTER_MS = 1_800_000;

/** Until a registration that is kept for so many seconds is refreshed. */
export function refreshMs(seconds: number, lot: number): number {
  const latest = Math.max(seconds / 2, Math.min(seconds * REFRESH_SHARE, seconds - HEADROOM_SECONDS));
  return Math.round(latest * (1 - JITTER_SHARE * lot) * 1000);
}

/** The wait after so many failures in a row: a random half to whole of a time that doubles. */
export function backoffMs(failures: number, lot: number): number {
  const upper = Math.min(LONGEST_WAIT_MS, BASE_MS * 2 ** Math.min(failures, 16));
  return Math.round(upper * (0.5 + lot / 2));
}

/** The wait after a refusal: whoever is refused for his password must not be locked out for asking too often. */
export function refusedMs(lot: number): number {
  return Math.round(REFUSED_WAIT_MS * (1 + lot / 10));
}

export function retryAfterMs(seconds: number | null): number {
  return seconds === null ? 0 : Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
}
