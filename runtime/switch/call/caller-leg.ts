/**
 * The side that called: one INVITE server transaction, answered provisionally per early dialog, then once and for all
 * (RFC 3261 §13.3). A 2xx, also one to a later INVITE of either side, is sent again until its ACK has come.
 */
import type { SipResponse } from "../../sip/message/message.ts";
import type { Answer, SipStack } from "../../sip/stack.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { CallIndex } from "../call-index.ts";
import type { Bridge, CallState, FinalResponse } from "./call-state.ts";
import { PendingAnswer } from "./pending-answer.ts";
import { relayedFields } from "./relayed-fields.ts";

export interface CallerLegUser {
  readonly state: CallState;
  readonly contactUser: string;
  /** The ACK has not come in 64·T1. */
  ackMissing(): void;
}

export class CallerLeg {
  readonly #stack: SipStack;
  readonly #index: CallIndex;
  readonly #user: CallerLegUser;
  /** The caller's INVITE, until it has its final response; `null` where the switch has called him. */
  #invite: ServerTransaction | null;
  #pendingAnswer: PendingAnswer | null = null;
  #awaitedCseq = 0;

  /** `invite`: `null` where the switch has called this side: it waits for no answer. */
  constructor(invite: ServerTransaction | null, stack: SipStack, index: CallIndex, user: CallerLegUser) {
    this.#invite = invite;
    this.#stack = stack;
    this.#index = index;
    this.#user = user;
  }

  /** The caller's INVITE, while it waits for a final response. */
  get invite(): ServerTransaction | null {
    return this.#invite;
  }

  /** Whether a 2xx of ours waits for its ACK. */
  get awaitsAck(): boolean {
    return this.#pendingAnswer !== null;
  }

  trying(): void {
    if (this.#invite !== null) this.#stack.reply(this.#invite, 100);
  }

  /** 180 by ourselves. */
  ring(): void {
    this.respond(180, { toTag: this.#user.state.localTag, contactUser: this.#user.contactUser });
  }

  /** Passes a provisional or a 2xx response of a callee on. */
  pass(response: SipResponse, bridge: Bridge): void {
    const invite = this.#invite;
    if (invite === null) return;
    const text = this.#stack.reply(invite, response.status, {
      reason: response.reason,
      toTag: bridge.caller.localTag,
      contactUser: this.#user.contactUser,
      fields: relayedFields(response.headers),
      body: response.body,
    });
    if (response.status < 200) return;
    this.#settle(invite);
    this.expectAck(text, invite, this.#user.state.invite.cseq);
  }

  /** Answers the INVITE by ourselves: provisionally, or with a 2xx. */
  respond(status: number, answer: Answer): void {
    const invite = this.#invite;
    if (invite === null) return;
    const text = this.#stack.reply(invite, status, answer);
    if (status < 200) return;
    this.#settle(invite);
    this.expectAck(text, invite, this.#user.state.invite.cseq);
  }

  refuse(response: FinalResponse): void {
    const invite = this.#invite;
    if (invite === null) return;
    const { code, reason, fields, body } = response;
    this.#stack.reply(invite, code, { reason, toTag: this.#user.state.localTag, fields, body });
    this.#settle(invite);
  }

  /** Sends a 2xx again until its ACK has come. `cseq`: of the INVITE. */
  expectAck(text: string, invite: ServerTransaction, cseq: number): void {
    this.stopWaiting();
    this.#awaitedCseq = cseq;
    this.#pendingAnswer = new PendingAnswer(this.#stack, text, invite.flow, this.#user);
  }

  /** Whether an ACK with this CSeq number is the one that is waited for. */
  isAwaiting(cseq: number): boolean {
    return this.#pendingAnswer !== null && this.#awaitedCseq === cseq;
  }

  /** The ACK has come, or nobody waits for it any more. */
  stopWaiting(): void {
    this.#pendingAnswer?.stop();
    this.#pendingAnswer = null;
  }

  #settle(invite: ServerTransaction): void {
    this.#invite = null;
    this.#index.removeInvite(this.#user.state.invite, invite);
  }
}
