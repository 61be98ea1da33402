/**
 * How long packets must be held so that the slow ones come in time: the transit time of the fastest packet of late, and by
 * how much others exceed it. Grows with the first slow packet, and takes some ten seconds to forget it.
 */

/** What is held at least: the least that a tick of 20 ms needs, whatever the phase of the packets to it. */
export const MIN_TARGET_MS = 20;
export const MAX_TARGET_MS = 200;
/** Before anything is known of the network. */
export const START_TARGET_MS = 40;
/** The share of the way down to the present that the peak goes with each packet. */
const DECAY = 1 / 500;
/** What the fastest transit rises with each packet: 500 ppm of 20 ms, more than any two clocks drift apart. */
const DRIFT_MS = 0.01;

export class DelayEstimate {
  /** Arrival less timestamp of the fastest packet: what later ones are measured by. */
  baseMs = 0;
  /** By how much packets have exceeded that. */
  #peakMs = START_TARGET_MS - MIN_TARGET_MS;

  /** A stream whose timestamps begin anew, over the same network. */
  begin(transitMs: number): void {
    this.baseMs = transitMs;
  }

  /** The network has changed: what was measured before holds no more. */
  rebase(transitMs: number): void {
    this.baseMs = transitMs;
    this.#peakMs = START_TARGET_MS - MIN_TARGET_MS;
  }

  observe(transitMs: number): void {
    this.baseMs = Math.min(transitMs, this.baseMs + DRIFT_MS);
    const exceedsMs = Math.min(transitMs - this.baseMs, MAX_TARGET_MS - MIN_TARGET_MS);
    if (exceedsMs > this.#peakMs) this.#peakMs = exceedsMs;
    else this.#peakMs += (exceedsMs - this.#peakMs) * DECAY;
  }

  /** How much later than the fastest packet one is played. */
  get targetMs(): number {
    return this.#peakMs + MIN_TARGET_MS;
  }
}
