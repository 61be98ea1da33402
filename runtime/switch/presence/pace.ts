/**
 * When the next NOTIFY may leave: one at a time, so that the latest state is always the last to arrive, and not too many of
 * them (RFC 6665 §4.2.2, §5.4.10; RFC 3842 §3.11). What changes meanwhile is told once, afterwards. Plain data and pure
 * functions over it.
 */

export interface Pace {
  /** What the other side has not been told yet. A change may wait until some time has passed; a demand does not. */
  due: "nothing" | "change" | "demand";
  /** A NOTIFY has left and has had no answer. */
  isOutstanding: boolean;
  /** Milliseconds since 1970; `null` before the first. */
  sentAt: number | null;
  /** The other side has asked for time, or needs it. */
  notBefore: number;
  /** How often in a row it has asked for time. */
  delays: number;
}

export function newPace(): Pace {
  return { due: "nothing", isOutstanding: false, sentAt: null, notBefore: 0, delays: 0 };
}

export function noteChange(pace: Pace): void {
  if (pace.due === "nothing") pace.due = "change";
}

export function noteDemand(pace: Pace): void {
  pace.due = "demand";
}

export function noteSent(pace: Pace, now: number): void {
  pace.due = "nothing";
  pace.isOutstanding = true;
  pace.sentAt = now;
}

/** The NOTIFY has arrived. */
export function noteTaken(pace: Pace): void {
  pace.isOutstanding = false;
  pace.delays = 0;
}

/** The NOTIFY has been refused for the moment: it is due again, later. */
export function noteDelay(pace: Pace, until: number): void {
  pace.isOutstanding = false;
  pace.due = "demand";
  pace.notBefore = until;
  pace.delays++;
}

/** Milliseconds until the next NOTIFY may leave; `undefined`: none is due, or one is on its way. */
export function waitMs(pace: Pace, now: number, pauseMs: number): number | undefined {
  if (pace.due === "nothing" || pace.isOutstanding) return undefined;
  const isCalm = pace.due === "demand" || pace.sentAt === null;
  // A clock that was set back makes nobody wait longer than a pause.
  const calmMs = isCalm ? 0 : Math.min(pauseMs, (pace.sentAt ?? now) + pauseMs - now);
  return Math.max(0, calmMs, pace.notBefore - now);
}
