/**
 * Whether more calls come than the process can take, and who may wait then. A pause of the process is made up for: all may
 * wait. Where those who wait do not become fewer, it is an overload: from then on whoever would wait for too long is refused
 * the moment he comes, by how long a call has taken of late. Pure: times are given.
 */

/** Who is served first, and who is refused first. */
export type InviteRank = "known" | "stranger";

/** Whoever would wait for longer in an overload is refused. */
const LONGEST_WAIT_MS: Readonly<Record<InviteRank, number>> = { known: 60, stranger: 40 };
/** Where somebody has always waited for too long for as long as this, it is an overload. */
const PATIENCE_MS = 100;
/** It is over once nobody has had to wait for too long for as long as this. */
const CALM_MS = 1_000;
/** How long a call takes is measured anew so often. */
const WINDOW_MS = 50;

export class Overload {
  #longSince: number | null = null;
  /** `null`: there is none. Else when somebody has last waited, or would have waited, for too long. */
  #lastLongAt: number | null = null;
  /** Since when somebody has waited at each look. */
  #busySince: number | null = null;
  #servedWhileBusy = 0;
  #msOfCall = 0;

  /** A look in each turn, before anybody is served. `waitingSince`: of who came first; `null`: nobody waits. */
  note(waitingSince: number | null, now: number): void {
    this.#measure(waitingSince !== null, now);
    const isLong = waitingSince !== null && now - waitingSince > LONGEST_WAIT_MS.stranger;
    if (!isLong) this.#longSince = null;
    else this.#longSince ??= now;
    if (this.#longSince !== null && now - this.#longSince > PATIENCE_MS) this.#lastLongAt = now;
    else if (this.#lastLongAt !== null && now - this.#lastLongAt > CALM_MS) this.#lastLongAt = null;
  }

  /** One of those that waited is served. */
  served(): void {
    this.#servedWhileBusy++;
  }

  /** Whether he may wait who would have so many before him. */
  hasTimeFor(rank: InviteRank, ahead: number, now: number): boolean {
    if (this.#lastLongAt === null || ahead * this.#msOfCall <= LONGEST_WAIT_MS[rank]) return true;
    this.#lastLongAt = now;
    return false;
  }

  #measure(isBusy: boolean, now: number): void {
    if (isBusy && this.#busySince !== null && now - this.#busySince < WINDOW_MS) return;
    // A time in which nobody waited tells what came, and not what could have been done.
    if (isBusy && this.#busySince !== null)
      this.#msOfCall = (now - this.#busySince) / Math.max(1, this.#servedWhileBusy);
    this.#busySince = isBusy ? now : null;
    this.#servedWhileBusy = 0;
  }
}
