/**
 * The sides that are called: how their answers reach the caller, and which of them gets the call. Where the audio passes
 * through the switch each side has an answer of ours, else the caller gets what the callee has said.
 */
import type { Confirm } from "../../../sdk/decisions.ts";
import { toText } from "../../base/text.ts";
import { RELIABLE } from "../../sip/dialog/reliable.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import type { AudioSide } from "../audio/audio-side.ts";
import { Confirmations } from "../confirm/confirmations.ts";
import { watchSides } from "../liveness/call-liveness.ts";
import { noteSession } from "../session/agree.ts";
import { DEFAULT_MAX_SECONDS } from "../verbs/forward.ts";
import { acknowledge, anchorBridge, answerBridge, earlyBridge } from "./bridge.ts";
import type { Call } from "./call.ts";
import type { Bridge, InviteExchange } from "./call-state.ts";
import { legView } from "./call-view.ts";
import { tellEarlyEnded } from "./early-ended.ts";
import { EARLY_DIALOG_TERMINATED, type Leg, type LegUser } from "./leg.ts";
import type { PlanRun } from "./plan-run.ts";
import type { LegOutcome } from "./step.ts";

export class CallLegs implements LegUser {
  readonly #call: Call;
  readonly #plan: PlanRun;
  /** The caller's INVITE as it went on, for the day that its 2xx comes again. */
  #firstInvite: InviteExchange | null = null;
  #answered: Leg | null = null;
  /** Made for the first side that is asked: most calls ask nobody. */
  #confirmations: Confirmations | null = null;

  constructor(call: Call, plan: PlanRun) {
    this.#call = call;
    this.#plan = plan;
  }

  get firstInvite(): InviteExchange | null {
    return this.#firstInvite;
  }

  /** The call goes on in another process than the one in which it was answered. */
  resume(): void {
    const { invite, bridges } = this.#call.state;
    const exchange = bridges[0]?.invite ?? null;
    if (exchange?.by === "caller" && exchange.cseqIn === invite.cseq) this.#firstInvite = exchange;
  }

  /** `null`: nobody has been asked. */
  get confirmations(): Confirmations | null {
    return this.#confirmations;
  }

  guard(work: () => void): void {
    this.#call.guard(work);
  }

  /** The call is over: the leg that was answered hears of nothing any more. */
  release(): void {
    this.#answered?.release();
  }

  legProgressed(leg: Leg, response: SipResponse): void {
    const { state, exchange } = this.#call;
    if (state.end !== null || this.#call.isConnected) return;
    if (!this.#carries(leg)) {
      if (!this.#passProgress(leg, response)) return;
    } else {
      leg.prack(response);
      if (response.status !== EARLY_DIALOG_TERMINATED) this.#hearProgress(leg, response);
    }
    const { status: code } = response;
    if (code === EARLY_DIALOG_TERMINATED) return;
    const isProgress = code === 183 || response.body !== "";
    if (!isProgress && state.ringingAt === null) {
      state.ringingAt = exchange.clock.now();
      exchange.observer.callRinging(this.#call.view);
    }
    const reason = toText(response.reason);
    this.#call.emit({ type: isProgress ? "progress" : "ringing", leg: legView(leg.state), code, reason });
  }

  /** The audio of this leg passes through us, and so does what is heard of its ringing. */
  #hearProgress(leg: Leg, response: SipResponse): void {
    if (this.#plan.step?.confirm === undefined) {
      this.#call.audio.progressed(leg, response);
    } else {
      this.#call.audio.agreed(leg, response);
      this.#call.audio.ringCaller();
    }
  }

  #passProgress(leg: Leg, response: SipResponse): boolean {
    const { caller } = this.#call;
    const { invite } = caller;
    const bridge = invite === null ? undefined : earlyBridge(this.#call, leg, response, invite.request);
    if (bridge === undefined) return false;
    // The PRACK is the caller's where he can send one, else ours.
    if (response.headers.has("rseq") && !caller.speaks(RELIABLE)) leg.prack(response, bridge.callee);
    caller.pass(response, bridge);
    return true;
  }

  legAnswered(leg: Leg, response: SipResponse): void {
    const { state } = this.#call;
    if (state.end !== null || this.#call.isConnected) return;
    const confirm = this.#plan.step?.confirm;
    const side = this.#carries(leg) ? this.#call.audio.agreed(leg, response) : undefined;
    if (side === undefined && (this.#carries(leg) || confirm !== undefined)) {
      leg.drop(response);
      this.legFailed(leg, "transport");
    } else if (side === undefined || confirm === undefined) {
      this.#join(leg, response);
    } else {
      this.#ask(leg, response, side, confirm);
    }
  }

  #ask(leg: Leg, response: SipResponse, side: AudioSide, confirm: Confirm): void {
    this.#call.audio.ringCaller();
    this.#confirmations ??= new Confirmations(
      this.#call,
      (taker, answer) => this.#join(taker, answer),
      (other) => this.legFailed(other, "not-taken"),
    );
    this.#confirmations.ask(leg, response, side, confirm);
  }

  /** This side gets the call. */
  #join(leg: Leg, response: SipResponse): void {
    const isFirst = this.#call.state.answeredAt === null;
    noteSession(this.#call, "callee", response);
    const bridge = this.#carries(leg) ? this.#joinLeg(leg, response) : this.#passAnswer(leg, response);
    if (bridge === undefined) return;
    leg.state.state = "answered";
    this.#firstInvite = bridge.invite;
    this.#answered = leg;
    const step = this.#plan.release();
    const maxSeconds = step?.legAnswered?.(leg) ?? DEFAULT_MAX_SECONDS;
    this.#call.attempts.noteAnswered(leg.state, response.status, response.reason);
    this.#noteAnswer(maxSeconds, isFirst);
    step?.joined?.();
    this.#call.emit({ type: "answered", leg: legView(leg.state) });
    this.#call.transferring?.changed();
  }

  /** The switch itself has answered the caller. */
  answeredHere(): void {
    const { state, exchange } = this.#call;
    for (const { caller } of state.bridges) {
      if (caller.localTag !== state.own?.caller.localTag) {
        exchange.index.removeCallerDialog(state.invite.callId, caller.localTag);
      }
    }
    state.bridges = [];
    this.#noteAnswer(DEFAULT_MAX_SECONDS, true);
  }

  #noteAnswer(maxSeconds: number, isFirst: boolean): void {
    const { state, exchange } = this.#call;
    this.#call.timeLimit.set(maxSeconds);
    if (!isFirst || state.answeredAt !== null) return;
    state.answeredAt = exchange.clock.now();
    this.#call.gate?.answered(state.id);
    exchange.observer.callAnswered(this.#call.view);
    watchSides(this.#call).begin();
  }

  /** The phones talk to each other: the caller gets what the callee has answered. */
  #passAnswer(leg: Leg, response: SipResponse): Bridge | undefined {
    const { invite } = this.#call.caller;
    if (invite === null) return undefined;
    const bridge = answerBridge(this.#call, leg, response, invite.request);
    this.#call.caller.pass(response, bridge);
    return bridge;
  }

  /** The audio passes through us: each side has an answer of ours, and the callee its ACK at once. */
  #joinLeg(leg: Leg, response: SipResponse): Bridge | undefined {
    this.#call.audio.take(leg);
    const bridge = anchorBridge(this.#call, leg, response);
    if (bridge !== undefined) acknowledge(this.#call.exchange.stack, bridge, bridge.invite);
    return bridge;
  }

  answerRepeated(leg: Leg, response: SipResponse): void {
    const asked = this.#confirmations?.of(leg.state.id);
    if (asked !== undefined) {
      asked.acknowledge();
      return;
    }
    const bridge = this.#call.state.bridges.find(
      ({ legId, callee }) => legId === leg.state.id && callee.remoteTag === response.toTag,
    );
    if (bridge !== undefined) acknowledge(this.#call.exchange.stack, bridge, this.#firstInvite);
  }

  legFailed(leg: Leg, outcome: LegOutcome): void {
    if (this.#call.hasAudio) this.#call.audio.closeLeg(leg.state.id);
    this.#plan.step?.legFailed?.(leg, outcome);
    tellEarlyEnded(this.#call, leg, outcome);
  }

  #carries(leg: Leg): boolean {
    return this.#call.hasAudio && this.#call.audio.carries(leg.state.id);
  }
}
