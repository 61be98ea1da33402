/** How long to wait after a 491, in steps of 10 ms (RFC 3261 §14.1): whoever made the Call-ID waits longer, so that one of two goes first. */
const STEP_MS = 10;
const OWNER = { leastMs: 2_100, mostMs: 4_000 };
const OTHER = { leastMs: 0, mostMs: 2_000 };

/** `random`: from 0 to 1, never 1. */
export function glareWaitMs(isOwnerOfCallId: boolean, random: number): number {
  const { leastMs, mostMs } = isOwnerOfCallId ? OWNER : OTHER;
  const steps = (mostMs - leastMs) / STEP_MS;
  return leastMs + Math.floor(random * (steps + 1)) * STEP_MS;
}
