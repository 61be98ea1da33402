/**
 * How a call goes on in another process than the one that has begun it. One that was answered is as it was; one that was
 * not is refused with 500, and whoever rings for it hears a CANCEL; one that had ended is told to have ended once more.
 */
import type { Side } from "../../sdp/offer-answer.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { ResumedAudio } from "../audio/resumed-audio.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { CallState, FinalResponse } from "../call/call-state.ts";
import type { AwaitedAnswer } from "../call/caller-leg.ts";
import { sendBye } from "../call/hang-up.ts";
import { Leg } from "../call/leg.ts";
import type { PlanRun } from "../call/plan-run.ts";
import { moveSession } from "../session/agree.ts";
import type { CallTail } from "./call-record.ts";

const RESTARTED = "The Switch Has Restarted";
const AWAY = "The switch was away for too long";
/** Of an INVITE within the call: the phone may ask again. */
const RETRY: readonly HeaderField[] = [["Retry-After", "1"]];

/** What only the call itself can do. */
export interface ResumedCall {
  /** The call is over but for the ACK of its caller. */
  bidFarewell(dialog: Dialog): void;
  finish(): void;
}

export class Resumption {
  readonly #call: Call;
  readonly #plan: PlanRun;
  readonly #tail: CallTail;
  readonly #own: ResumedCall;
  /** The transaction of the caller's first INVITE, where that has had its final response from us. */
  #invite: ServerTransaction | undefined;
  #audio: ResumedAudio | null = null;

  constructor(call: Call, plan: PlanRun, tail: CallTail, own: ResumedCall) {
    this.#call = call;
    this.#plan = plan;
    this.#tail = tail;
    this.#own = own;
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

  /** The switch listens. `lastSeen`: when the call was up for the last time, where it is too long ago to go on. */
  proceed(lastSeen: number | null): void {
    const call = this.#call;
    call.knownUntil = call.state.end === null ? lastSeen : null;
    this.#answerRequests();
    if (this.#tail.now.stage === "farewell") this.#sayFarewell();
    else if (call.state.end !== null) this.#endOnceMore();
    else if (!this.isUp) this.#refuse();
    else if (lastSeen === null) this.#goOn();
    else call.hangUp("switch", AWAY);
    this.#giveUpLegs();
    for (const dialog of this.#tail.extras?.loose ?? []) this.#hangUp(dialog);
  }

  #goOn(): void {
    const call = this.#call;
    const { state } = call;
    const { awaited } = this.#tail.invites;
    const transfer = this.#tail.extras?.transfer ?? null;
    if (awaited !== null) this.#await(awaited);
    if (state.until !== null) call.lastUntil(state.until);
    if (state.timers.length > 0) call.timers.resume();
    for (const side of ["caller", "callee"] as const) this.#resumeSession(side);
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
    if (dialog !== undefined) this.#own.bidFarewell(dialog);
    if (awaited !== null) this.#await(awaited);
    for (const { callee } of state.bridges) this.#hangUp(callee);
    this.#own.finish();
    if (awaited === null) this.#call.farewellTo("caller")?.say();
  }

  /** What was to be told of its end may not have left, and its record may not be safe. */
  #endOnceMore(): void {
    const { state, exchange } = this.#call;
    if (this.#invite !== undefined) {
      const { code, reason, fields, body } = finalOf(state);
      exchange.stack.reply(this.#invite, code, { reason, toTag: state.localTag, fields, body });
    }
    for (const { caller, callee } of state.bridges) {
      this.#hangUp(caller);
      this.#hangUp(callee);
    }
    if (state.own !== null) this.#hangUp(state.own.caller);
    this.#own.finish();
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
    const { state, exchange, legs } = this.#call;
    for (const leg of state.legs) {
      const sentBy = this.#tail.legs.sent[leg.id];
      if (sentBy !== undefined) new Leg(leg, exchange.stack, legs).abandon(sentBy);
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
    sendBye(stack, dialog, []);
  }
}

/** The caller's INVITE, as it has come. */
export function inviteText({ invite }: Pick<CallState, "invite">): string {
  const head = invite.head.endsWith("\r\n") ? invite.head : `${invite.head}\r\n`;
  return `INVITE ${invite.uri} SIP/2.0\r\n${head}\r\n${invite.body}`;
}

function finalOf({ best, end }: CallState): FinalResponse {
  if (end === null || best?.code === end.code) return best ?? localResponse(500);
  // A redirection is of use only with its contacts.
  return end.code < 400 ? localResponse(480) : localResponse(end.code);
}
