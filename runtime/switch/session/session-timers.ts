/**
 * The session timers of one call (RFC 4028), each side for itself: what is agreed on with one is no business of the other.
 * Made for the first side that agrees on any; what has been agreed on is plain data of the call.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import { afterFailure, nextOf, type Session } from "../../sip/dialog/session-timer.ts";
import type { Call } from "../call/call.ts";
import { glareWaitMs } from "../transfer/media/glare.ts";
import { type RefreshOutcome, startRefresh } from "./refresh.ts";

export class SessionTimers implements TimerOwner {
  readonly #call: Call;
  readonly #timers: { [Role in Side]: Timer | null } = { caller: null, callee: null };
  /** Sides that a refresh of ours is on its way to. */
  readonly #refreshing = new Set<Side>();

  constructor(call: Call) {
    this.#call = call;
  }

  /** Whether an INVITE of ours is open there: the side's own has to wait (RFC 3261 §14.2). */
  isInviting(side: Side): boolean {
    const session = this.#call.state.sessions[side];
    return this.#refreshing.has(side) && session?.takesUpdate === false;
  }

  /** A side has agreed on a session or refreshed it; `null`: it keeps none from now on. */
  agree(side: Side, session: Session | null): void {
    const { state, exchange } = this.#call;
    state.sessions = { ...state.sessions, [side]: session };
    this.#timers[side]?.cancel();
    this.#timers[side] = null;
    if (session === null) return;
    const { due, ms } = nextOf(session, exchange.clock.now());
    this.#start(side, due, ms);
  }

  stop(): void {
    for (const timer of Object.values(this.#timers)) timer?.cancel();
  }

  expire(kind: string): void {
    const side = kind.endsWith("caller") ? "caller" : "callee";
    if (this.#call.state.end !== null) return;
    if (kind.startsWith("refresh")) this.#refresh(side);
    else this.#end(side);
  }

  #start(side: Side, due: "refresh" | "end", ms: number): void {
    this.#timers[side]?.cancel();
    this.#timers[side] = this.#call.startTimer(ms, this, `${due}-${side}`);
  }

  #refresh(side: Side): void {
    const session = this.#call.state.sessions[side];
    if (session === null || this.#refreshing.has(side)) return;
    const isUnderWay = startRefresh(this.#call, side, session, (outcome) => this.#refreshed(side, outcome));
    if (isUnderWay) this.#refreshing.add(side);
    // Something else is open on this side: as after glare.
    else this.#failed(side, session, { status: 491, headers: null, method: "INVITE" });
  }

  #refreshed(side: Side, outcome: RefreshOutcome): void {
    this.#refreshing.delete(side);
    const session = this.#call.state.sessions[side];
    if (session === null || this.#call.state.end !== null) return;
    if (outcome.type === "refreshed") this.agree(side, outcome.session);
    else this.#failed(side, session, outcome);
  }

  #failed(side: Side, session: Session, failure: Parameters<typeof afterFailure>[1]): void {
    // The Call-ID of a called side is ours.
    const glareMs = glareWaitMs(side === "callee", Math.random());
    const next = afterFailure(session, failure, { now: this.#call.exchange.clock.now(), glareMs });
    switch (next.type) {
      case "end":
        this.#end(side);
        break;
      case "by-invite":
        this.#change(side, { ...session, takesUpdate: false });
        break;
      case "longer":
        this.#change(side, { ...session, seconds: next.seconds });
        break;
      case "again":
        this.#start(side, "refresh", next.ms);
        break;
    }
  }

  #change(side: Side, session: Session): void {
    const { state } = this.#call;
    state.sessions = { ...state.sessions, [side]: session };
    this.#refresh(side);
  }

  #end(side: Side): void {
    const who = side === "caller" ? "caller" : "called side";
    this.#call.ending.reap("session-expired", `The ${who} has not been heard of for too long`, 408);
  }
}
