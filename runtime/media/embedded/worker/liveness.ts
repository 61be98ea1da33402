/** Whether something comes from the other side, where it should: told once when nothing does, and once when it does again. */

/** Longer than the pauses of a phone that does not send silence, in which it sends a packet now and then. */
export const LOST_AFTER_MS = 10_000;

export type LivenessChange = { readonly type: "lost"; readonly silentMs: number } | { readonly type: "resumed" };

export class Liveness {
  /** When the last packet came, or was first to be expected. */
  #lastMs: number | null = null;
  /** When the last report came (RTCP): a sign of life, and no audio. */
  #reportedMs = 0;
  #isLost = false;

  arrived(nowMs: number): LivenessChange | null {
    this.#lastMs = nowMs;
    if (!this.#isLost) return null;
    this.#isLost = false;
    return { type: "resumed" };
  }

  reported(nowMs: number): void {
    this.#reportedMs = nowMs;
  }

  /** How long nothing has come that should. */
  silentMs(nowMs: number): number {
    return this.#lastMs === null ? 0 : Math.max(0, Math.round(nowMs - Math.max(this.#lastMs, this.#reportedMs)));
  }

  /** `isExpected`: whether the other side should be sending now. */
  check(nowMs: number, isExpected: boolean): LivenessChange | null {
    if (!isExpected || this.#lastMs === null) this.#lastMs = nowMs;
    const silentMs = Math.round(nowMs - this.#lastMs);
    if (this.#isLost || silentMs < LOST_AFTER_MS) return null;
    this.#isLost = true;
    return { type: "lost", silentMs };
  }
}
