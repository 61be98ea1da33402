/**
 * Whether more calls come than the process can take, and who may wait then. A pause of the process is made up for: for a
 * while all may wait who come in time. Where those who wait do not become fewer, it is an overload: then whoever would not
 * be served soon is refused the moment he comes. How soon that is, is told by how long calls have taken of late. Pure: times
 * are given.
 */

/** Who is served first, and who is refused first. */
export type InviteRank = "known" | "stranger";

type Waits = Readonly<Record<InviteRank, number>>;

/** Whoever would wait for longer is refused: his INVITE would come again (RFC 3261 §17.1.1.2, T1). */
const LONGEST_WAIT_MS: Waits = { known: 200, stranger: 150 };
/** The same in an overload; and who waits already, where calls take longer than was thought. */
const SHORT_WAIT_MS: Waits = { known: 60, stranger: 40 };
const SHORT_STAY_MS: Waits = { known: 100, stranger: 80 };
/** Where somebody has always waited for longer than that for as long as this, it is an overload. */
const PATIENCE_MS = 1_000;
/** It is over once nobody has waited for longer, or would have, for as long as this. */
const CALM_MS = 1_000;
/** How long a call takes is measured over so much time in which somebody waited. */
const WINDOW_MS = 50;
/** A turn that was longer was a pause, and tells nothing of calls. */
const LONGEST_TURN_MS = 20;
/** So few always have time to wait. */
const FEW = 4;

export class Overload {
  #longSince: number | null = null;
  /** `null`: there is none. Else when somebody has last waited, or would have waited, for too long. */
  #lastLongAt: number | null = null;
  /** Those who came before the overload was seen have been served: whoever waits was let wait by the shorter times. */
  #isSettled = false;
  #lookedAt = 0;
  #isBusy = false;
  /** Since the last measurement: time in which somebody waited, and how many were served of those that waited. */
  #busyMs = 0;
  #served = 0;
  #msOfCall = 0;

  /** A look in each turn, before anybody is served. `waitingSince`: of who came first; `null`: nobody waits. */
  note(waitingSince: number | null, now: number): void {
    this.#measure(waitingSince !== null, now);
    const isLong = waitingSince !== null && now - waitingSince > SHORT_WAIT_MS.stranger;
    if (!isLong) this.#longSince = null;
    else this.#longSince ??= now;
    if (this.#longSince !== null && now - this.#longSince > PATIENCE_MS) this.#lastLongAt = now;
    else if (this.#lastLongAt !== null && now - this.#lastLongAt > CALM_MS) {
      this.#lastLongAt = null;
      this.#isSettled = false;
    }
  }

  /** One of those that waited is served. */
  served(): void {
    this.#served++;
  }

  /** Whether he may begin to wait who has so many before him. */
  hasTimeFor(rank: InviteRank, ahead: number, now: number): boolean {
    if (this.#lastLongAt === null) return this.#isWithin(LONGEST_WAIT_MS[rank], ahead);
    const hasTime = this.#isWithin(SHORT_WAIT_MS[rank], ahead);
    if (hasTime) this.#isSettled = true;
    else this.#lastLongAt = now;
    return hasTime;
  }

  /** Whether he may go on waiting who has so many before him. */
  mayStay(rank: InviteRank, ahead: number): boolean {
    return this.#isWithin((this.#isSettled ? SHORT_STAY_MS : LONGEST_WAIT_MS)[rank], ahead);
  }

  #isWithin(mostMs: number, ahead: number): boolean {
    return ahead < FEW || ahead * this.#msOfCall <= mostMs;
  }

  /** A time in which nobody waited tells what came, and not what could have been done. */
  #measure(isBusy: boolean, now: number): void {
    if (this.#isBusy) this.#busyMs += Math.min(now - this.#lookedAt, LONGEST_TURN_MS);
    this.#lookedAt = now;
    this.#isBusy = isBusy;
    if (this.#busyMs < WINDOW_MS) return;
    const msOfCall = this.#busyMs / Math.max(1, this.#served);
    this.#msOfCall = this.#msOfCall === 0 ? msOfCall : (this.#msOfCall + msOfCall) / 2;
    this.#busyMs = 0;
    this.#served = 0;
  }
}
