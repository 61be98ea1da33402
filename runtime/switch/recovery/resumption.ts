/**
 * How a call goes on in another process than the one that has begun it. One that was answered is as it was; one that was
 * not is refused with 500, and whoever rings for it hears a CANCEL; one that had ended is told to have ended once more.
 */
import type { Side } from "../../sdp/offer-answer.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { ResumedAudio } from "../audio/resumed-audio.ts";
import { finalForCaller, localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { CallState, FinalResponse } from "../call/call-state.ts";
import type { AwaitedAnswer } from "../call/caller-leg.ts";
import { sendBye } from "../call/hang-up.ts";
import type { PlanRun } from "../call/plan-run.ts";
import { watchSides } from "../liveness/call-liveness.ts";
import { moveSession } from "../session/agree.ts";
import { ForwardStep } from "../verbs/forward.ts";
import type { CallTail } from "./call-record.ts";
import type { TakeOverTerms } from "./take-over.ts";

const RESTARTED = "The Switch Has Restarted";
const AWAY = "The switch was away for too long";
/** Of an INVITE within the call: the phone may ask again. */
const RETRY: readonly HeaderField[] = [["Retry-After", "1"]];

export class Resumption {
  readonly #call: Call;
  readonly #plan: PlanRun;
  readonly #tail: CallTail;
  /** The transaction of the caller's first INVITE, where that has had its final response from us. */
  #invite: ServerTransaction | undefined;
  #audio: ResumedAudio | null = null;

  constructor(call: Call, plan: PlanRun, tail: CallTail) {
    this.#call = call;
    this.#plan = plan;
    this.#tail = tail;
  }

  /** Before the switch listens: audio pauses for no longer than it must. Nothing is sent. */
  prepare(): void {
    const { audio, invites } = this.#tail;
    const { awaited } = invites;
    const { state, exchange } = this.#call;
    if (this.isUp && audio !== null) this.#audio = this.#call.audio.resume(audio);
    // Copies of it that are still on their way must not begin another call.
    const isOpen = awaited === null ? state.answeredAt === null && state.end !== null : this.#isFirst(awaited);
    if (isOpen && state.direction === "inbound") {
      this.#invite = exchange.stack.adoptReceived(inviteText(state), state.invite.flow);
    }
  }

  /** Whether it is answered and goes on. */
  get isUp(): boolean {
    const { state } = this.#call;
    return state.end === null && state.answeredAt !== null && !this.#tail.now.isWaiting;
  }

  /** The switch listens. */
  proceed({ lastSeen, isHandedOver }: TakeOverTerms): void {
    const call = this.#call;
    call.ending.knownUntil = call.state.end === null ? lastSeen : null;
    this.#answerRequests();
    const isAwaited = isHandedOver && this.#tail.now.isWaiting && call.state.end === null;
    if (isAwaited) this.#waitOn();
    else if (this.#tail.now.stage === "farewell") this.#sayFarewell();
    else if (call.state.end !== null) this.#endOnceMore();
    else if (!this.isUp) this.#refuse();
    else if (lastSeen === null) this.#goOn(isHandedOver);
    else call.hangUp("switch", AWAY);
    if (!isAwaited) this.#giveUpLegs();
    for (const dialog of this.#tail.extras?.loose ?? []) this.#hangUp(dialog);
  }

  #goOn(isHandedOver: boolean): void {
    const call = this.#call;
    const { state } = call;
    const { awaited } = this.#tail.invites;
    const transfer = this.#tail.extras?.transfer ?? null;
    if (awaited !== null) this.#await(awaited);
    if (state.until !== null) call.timeLimit.resume(state.until);
    if (state.timers.length > 0) call.timers.resume();
    for (const side of ["caller", "callee"] as const) this.#resumeSession(side);
    // Nothing that they have said was lost where the other process has handed over.
    if (isHandedOver) watchSides(call).begin();
    else watchSides(call).resume();
    if (transfer !== null) {
      const { place, hasLeft, ...told } = transfer;
      call.transfers.tell(told, { end: "failed", code: 500, reason: RESTARTED, leg: null });
      if (hasLeft) call.hangUp(place, null);
    }
    this.#audio?.proceed();
    if (state.end === null && !call.isConnected) this.#resumePlan();
  }

  /** Whoever talks with the switch alone hears again what he was hearing. */
  #resumePlan(): void {
    const { state } = this.#call;
    if (this.#tail.now.isStepping || state.plan.awaits !== null) {
      this.#plan.again();
      return;
    }
    // The script was to say what is next.
    state.failedRaised = false;
    this.#call.planRanOut();
  }

  #resumeSession(side: Side): void {
    const session = this.#call.state.sessions[side];
    if (session !== null) moveSession(this.#call, side, session);
  }

  /**
   * It was not answered, and its caller waits on. Whoever rings goes on to ring; where his audio was to pass through us he
   * hears a CANCEL, and is called once more.
   */
  #waitOn(): void {
    const call = this.#call;
    if (this.#ringsOn()) return;
    this.#giveUpLegs();
    call.caller.trying();
    if (call.state.plan.steps.length === 0) call.askScript();
    else this.#resumePlan();
  }

  #ringsOn(): boolean {
    const { state, attempts } = this.#call;
    const { now, legs: stored } = this.#tail;
    const decision = state.plan.steps[state.plan.next - 1];
    if (decision?.type !== "forward" || !now.isStepping || now.hasAudio) return false;
    const open = state.legs.filter(({ state: doing }) => doing === "calling" || doing === "ringing");
    const called = open.flatMap((leg) => {
      const sentBy = stored.sent.find(({ leg: id }) => id === leg.id);
      return sentBy === undefined || leg.trunk !== undefined ? [] : [{ leg, sentBy }];
    });
    if (called.length === 0 || called.length < open.length) return false;
    this.#call.takeStep(
      new ForwardStep(
        attempts,
        decision,
        called.map(({ leg, sentBy }) => attempts.adopt(leg, sentBy)),
      ),
    );
    return true;
  }

  /** It was not answered. */
  #refuse(): void {
    const { legs } = this.#call.state;
    for (const leg of legs)
      if (leg.state === "calling" || leg.state === "ringing") this.#call.attempts.noteGivenUp(leg);
    this.#call.refuse(localResponse(500, RESTARTED), "switch");
  }

  #sayFarewell(): void {
    const { state } = this.#call;
    const dialog = state.bridges[0]?.caller ?? state.own?.caller;
    const { awaited } = this.#tail.invites;
    if (dialog !== undefined) this.#call.ending.bidFarewell(dialog);
    if (awaited !== null) this.#await(awaited);
    for (const { callee } of state.bridges) this.#hangUp(callee);
    this.#call.ending.finishAgain(this.#tail.now);
    if (awaited === null) this.#call.ending.farewellTo("caller")?.say();
  }

  /** What was to be told of its end may not have left, and its record may not be safe. */
  #endOnceMore(): void {
    const { state } = this.#call;
    if (this.#invite !== undefined) this.#call.caller.refuseAs(this.#invite, finalOf(state));
    for (const { caller, callee } of state.bridges) {
      this.#hangUp(caller);
      this.#hangUp(callee);
    }
    if (state.own !== null) this.#hangUp(state.own.caller);
    this.#call.ending.finishAgain(this.#tail.now);
  }

  /** INVITEs within the call that nobody has answered. */
  #answerRequests(): void {
    const { stack } = this.#call.exchange;
    for (const { text, flow } of this.#tail.extras?.requests ?? []) {
      const transaction = stack.adoptReceived(text, flow);
      if (transaction !== undefined) stack.reply(transaction, 500, { fields: RETRY });
    }
  }

  /** The 2xx goes out again, since it may not have left, and waits for its ACK. */
  #await(awaited: AwaitedAnswer): void {
    this.#invite?.respond(200, awaited.text);
    this.#call.caller.resume(awaited, this.#invite === undefined);
  }

  #isFirst({ cseq, text }: AwaitedAnswer): boolean {
    const { invite } = this.#call.state;
    return cseq === invite.cseq && text.includes(invite.callId);
  }

  #giveUpLegs(): void {
    const { state, attempts } = this.#call;
    for (const leg of state.legs) {
      const sentBy = this.#tail.legs.sent.find((sent) => sent.leg === leg.id);
      if (sentBy !== undefined) attempts.adopt(leg, sentBy).abandon();
      else if (leg.state === "calling" || leg.state === "ringing" || leg.state === "cancelling") leg.state = "ended";
    }
  }

  /** A 2xx of theirs may have no ACK yet, without which a BYE is not understood (RFC 3261 §15). */
  #hangUp(dialog: Dialog): void {
    const { stack } = this.#call.exchange;
    const leg = this.#call.state.legs.find(({ callId, localTag }) => {
      return callId === dialog.callId && localTag === dialog.localTag;
    });
    if (leg !== undefined && leg.cseq > 0) {
      const ack = requestWithin(dialog, "ACK", leg.cseq);
      ack.fields.push(["Max-Forwards", "70"]);
      stack.sendAck(ack);
      leg.state = "ended";
    }
    sendBye(this.#call, dialog, []);
  }
}

/** The caller's INVITE, as it has come. */
export function inviteText({ invite }: Pick<CallState, "invite">): string {
  const head = invite.head.endsWith("\r\n") ? invite.head : `${invite.head}\r\n`;
  return `INVITE ${invite.uri} SIP/2.0\r\n${head}\r\n${invite.body}`;
}

function finalOf(call: CallState): FinalResponse {
  const { best, end } = call;
  if (end === null || best?.code === end.code) return best === null ? localResponse(500) : finalForCaller(call);
  // A redirection is of use only with its contacts.
  return end.code < 400 ? localResponse(480) : localResponse(end.code);
}
