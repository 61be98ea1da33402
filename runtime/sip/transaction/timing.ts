/** What the timers are made of (RFC 3261 §17.1.1.1 and table 4), in milliseconds. */
export interface Timing {
  /** An estimate of the round trip: the first retransmission. */
  readonly t1: number;
  /** The longest pause between retransmissions of anything but an INVITE request. */
  readonly t2: number;
  /** How long a message may stay in the network. */
  readonly t4: number;
}

export const rfcTiming: Timing = { t1: 500, t2: 4000, t4: 5000 };

/** RFC 3261 §17.2.1: an INVITE that has no answer after this gets a 100 from the transaction. */
export const TRYING_AFTER_MS = 200;

/** Timers B, D, F, H, J, L and M: how long a lost message is worth waiting for. */
export function patience(timing: Timing): number {
  return 64 * timing.t1;
}
