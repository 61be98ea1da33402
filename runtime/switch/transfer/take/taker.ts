/**
 * A phone whose INVITE is to take a place in a call (RFC 3891 §3): the transaction of the INVITE, the dialog that it makes
 * with us, and the 200 that is sent again until its ACK has come.
 */
import { type Dialog, dialogOfRequest } from "../../../sip/dialog/dialog.ts";
import { type Session, sessionOfRequest } from "../../../sip/dialog/session-timer.ts";
import type { HeaderField, SipRequest } from "../../../sip/message/message.ts";
import type { ServerTransaction } from "../../../sip/transaction/layer.ts";
import type { Flow } from "../../../sip/transport/flow.ts";
import { SDP_TYPE } from "../../audio/caller-audio.ts";
import type { Call } from "../../call/call.ts";
import { hasDescription } from "../../call/description.ts";
import { type AnswerUser, PendingAnswer } from "../../call/pending-answer.ts";
import { spokenOptions } from "../../extensions.ts";
import { ALLOW } from "../../methods/checks.ts";
import type { WaitingRequest } from "../../recovery/call-record.ts";

export interface TakerUser {
  /** The ACK for our 200 has come; `answer`: to an offer of ours, empty where there is none. */
  acknowledged(answer: string): void;
  /** The phone has given up before it had an answer. */
  cancelled(): void;
}

export class Taker implements AnswerUser {
  readonly dialog: Dialog;
  /** Its offer; empty: it waits for ours. */
  readonly offer: string;
  readonly flow: Flow;
  /** The user of ours who has proved to be it. */
  readonly user: string;
  /** What its answer has agreed on about how long the call lasts (RFC 4028). */
  session: Session | null = null;
  readonly #call: Call;
  readonly #cseq: number;
  #listener: TakerUser | null = null;
  /** Until it has its final response. */
  #invite: ServerTransaction | null;
  #pending: PendingAnswer | null = null;

  constructor(call: Call, invite: ServerTransaction, user: string) {
    const { request, flow } = invite;
    this.#call = call;
    this.#invite = invite;
    this.#cseq = request.cseq.number;
    this.dialog = dialogOfRequest(request, call.exchange.stack.mint.tag(), flow);
    this.offer = hasDescription(request) ? request.body : "";
    this.flow = flow;
    this.user = user;
  }

  /** Its INVITE, while that waits for its answer; `null`: it has one. */
  get waiting(): WaitingRequest | null {
    return this.#invite === null ? null : { text: this.#invite.request.text, flow: this.#invite.flow };
  }

  begin(listener: TakerUser): void {
    this.#listener = listener;
    if (this.#invite === null) return;
    this.#call.exchange.index.addRelay(this.#invite, this);
    this.#call.exchange.stack.reply(this.#invite, 100);
  }

  answer(sdp: string): void {
    const invite = this.#settle();
    if (invite === null) return;
    const { stack, index, clock, sessionTerms } = this.#call.exchange;
    const agreed = sessionOfRequest(invite.request.headers, sessionTerms, clock.now());
    this.session = agreed.session;
    const { callId, localTag } = this.dialog;
    index.addCallerDialog(callId, localTag, this.#call);
    const fields = [ALLOW, ["Supported", spokenOptions("call")] as const, SDP_TYPE, ...agreed.fields];
    const answer = { toTag: localTag, contactUser: this.#call.contactUser, fields, body: sdp };
    const text = stack.reply(invite, 200, answer);
    this.#pending = new PendingAnswer(stack, text, this.flow, this);
  }

  refuse(status: number, fields: readonly HeaderField[] = []): void {
    const invite = this.#settle();
    if (invite !== null) this.#call.exchange.stack.reply(invite, status, { toTag: this.dialog.localTag, fields });
  }

  /** Its CANCEL has come. */
  cancel(): void {
    this.#call.guard(() => {
      this.refuse(487);
      this.#listener?.cancelled();
    });
  }

  takesAck(request: SipRequest): boolean {
    const { callId, localTag, remoteTag } = this.dialog;
    const isOurs = request.callId === callId && request.toTag === localTag && request.fromTag === remoteTag;
    if (!isOurs || this.#pending === null || request.cseq.number !== this.#cseq) return false;
    this.stop();
    this.#listener?.acknowledged(hasDescription(request) ? request.body : "");
    return true;
  }

  ackMissing(): void {
    this.#call.guard(() => {
      this.stop();
      this.#call.ending.reap("ack-missing", "The ACK has not come", 200);
    });
  }

  /** Nobody waits for its ACK any more. */
  stop(): void {
    this.#pending?.stop();
    this.#pending = null;
  }

  #settle(): ServerTransaction | null {
    const invite = this.#invite;
    this.#invite = null;
    if (invite !== null) this.#call.exchange.index.removeRelay(invite);
    return invite;
  }
}
