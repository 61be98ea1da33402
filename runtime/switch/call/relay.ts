/**
 * A request within a call on its way from one side to the other, and its answers on their way back. Bodies and foreign
 * header fields pass untouched. An INVITE may be cancelled, and its 2xx waits for an ACK.
 */
import { otherSide, passDescription, type Side, withdrawOffer } from "../../sdp/offer-answer.ts";
import type { ClientRequest, RequestFailure, RequestUser } from "../../sip/client-request.ts";
import { refreshTarget, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { isTargetRefresh } from "../../sip/message/methods.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { WaitingRequest } from "../recovery/call-record.ts";
import { acceptSession, laterAsk, noteSession } from "../session/agree.ts";
import { localResponse, presentable } from "./best-response.ts";
import { acknowledge } from "./bridge.ts";
import type { Call } from "./call.ts";
import type { Bridge, InviteExchange } from "./call-state.ts";
import { hasDescription } from "./description.ts";
import { sendReinvite } from "./reinvite-request.ts";
import { relayedFields } from "./relayed-fields.ts";

const DEFAULT_MAX_FORWARDS = 70;
const NO_FIELDS: readonly HeaderField[] = [];

export class Relay implements RequestUser {
  readonly #call: Call;
  readonly #bridge: Bridge;
  readonly #from: Side;
  readonly #transaction: ServerTransaction;
  /** Kept here: the transaction lets go of its request with the final response. */
  readonly #method: string;
  readonly #hasOffer: boolean;
  readonly #cseqOut: number;
  readonly #own: readonly HeaderField[];
  /** Of an INVITE; kept for the day that its 2xx comes again. */
  #exchange: InviteExchange | null = null;
  #request: ClientRequest | null = null;
  #answeredTag: string | null = null;

  /** `own`: fields that are made anew for the other side. */
  constructor(
    call: Call,
    bridge: Bridge,
    from: Side,
    transaction: ServerTransaction,
    own: readonly HeaderField[] = NO_FIELDS,
  ) {
    this.#call = call;
    this.#bridge = bridge;
    this.#from = from;
    this.#transaction = transaction;
    this.#method = transaction.request.method;
    this.#hasOffer = hasDescription(transaction.request);
    this.#own = own;
    this.#cseqOut = ++bridge[otherSide(from)].localCseq;
  }

  start(): void {
    const { request } = this.#transaction;
    const method = this.#method;
    if (isTargetRefresh(method)) refreshTarget(this.#bridge[this.#from], request);
    if (this.#hasOffer) passDescription(this.#bridge.media, this.#from, request.body);
    if (method === "INVITE") {
      const { number: cseqIn } = request.cseq;
      this.#exchange = { by: this.#from, cseqIn, cseqOut: this.#cseqOut, state: "pending", ack: null };
      this.#bridge.invite = this.#exchange;
    }
    const within = requestWithin(this.#bridge[otherSide(this.#from)], method, this.#cseqOut);
    const { fields } = within;
    fields.push(["Max-Forwards", String((request.maxForwards ?? DEFAULT_MAX_FORWARDS) - 1)]);
    fields.push(...this.#own, ...relayedFields(request.headers));
    const contactUser = isTargetRefresh(method) ? this.#call.contactUser : undefined;
    if (contactUser !== undefined) fields.push(...laterAsk(this.#call, otherSide(this.#from)));
    this.#open();
    const outgoing = { ...within, contactUser, body: request.body };
    const { stack } = this.#call.exchange;
    this.#request = this.isInvite ? sendReinvite(stack, outgoing, this) : stack.send(outgoing, this);
  }

  get isInvite(): boolean {
    return this.#method === "INVITE";
  }

  /** As long as it waits for its final response. */
  get waiting(): WaitingRequest {
    return { text: this.#transaction.request.text, flow: this.#transaction.flow };
  }

  /** The sender has cancelled its INVITE. */
  cancel(reasons: readonly HeaderField[]): void {
    this.#request?.cancel(reasons);
  }

  /** The call is over: nobody waits for the answer (RFC 3261 §15.1.2). */
  giveUp(): void {
    this.#close();
    this.#request?.cancel();
    this.#call.exchange.stack.reply(this.#transaction, 487);
  }

  onResponse(response: SipResponse): void {
    this.#call.guard(() => this.#receive(response));
  }

  onFailure(failure: RequestFailure): void {
    this.#call.guard(() => this.#failed(failure));
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    if (status >= 200 && status < 300 && this.#method === "INVITE") {
      this.#onInviteAnswered(response);
    } else if (status >= 200) {
      this.#onFinal(response);
    } else if (status > 100 && this.#isOpen) {
      this.#reply(response, status, relayedFields(response.headers));
    }
  }

  #failed(failure: RequestFailure): void {
    if (!this.#isOpen) return;
    if (this.#hasOffer) withdrawOffer(this.#bridge.media);
    this.#settle();
    // RFC 3261 §8.1.3.1: no answer is a 408; a way that is not there is a 503, which is not ours to pass on.
    this.#call.exchange.stack.reply(this.#transaction, failure === "timeout" ? 408 : 500);
  }

  #open(): void {
    this.#call.relays.add(this);
    if (this.#method === "INVITE") this.#call.exchange.index.addRelay(this.#transaction, this);
  }

  #close(): void {
    this.#call.relays.delete(this);
    if (this.#method === "INVITE") this.#call.exchange.index.removeRelay(this.#transaction);
  }

  get #isOpen(): boolean {
    return this.#call.relays.has(this);
  }

  #onInviteAnswered(response: SipResponse): void {
    if (this.#answeredTag !== null || !this.#isOpen) {
      this.#answerAgain();
      return;
    }
    this.#answeredTag = response.toTag ?? "";
    this.#close();
    this.#noteAnswer(response);
    if (this.#exchange !== null) {
      this.#exchange.state = "answered";
      // RFC 3261 §22.2: with credentials it was sent again, one higher.
      this.#exchange.cseqOut = response.cseq.number;
    }
    const text = this.#reply(response, response.status, relayedFields(response.headers));
    this.#call.caller.expectAck(text, this.#transaction, this.#exchange?.cseqIn ?? 0);
  }

  /** A 2xx that comes again, or for which the call is over, is acknowledged all the same (RFC 3261 §13.2.2.4). */
  #answerAgain(): void {
    const exchange = this.#exchange;
    if (this.#call.state.end !== null && exchange?.state === "pending") exchange.state = "acknowledged";
    acknowledge(this.#call.exchange.stack, this.#bridge, exchange);
  }

  #onFinal(response: SipResponse): void {
    if (!this.#isOpen) return;
    if (response.status < 300) this.#noteAnswer(response);
    else if (this.#isRefreshHere(response.status)) {
      this.#settle();
      this.#reply(null, 200, []);
      return;
    } else if (this.#hasOffer) withdrawOffer(this.#bridge.media);
    this.#settle();
    const passes = presentable(localResponse(response.status)).code === response.status;
    if (passes) this.#reply(response, response.status, relayedFields(response.headers));
    else this.#call.exchange.stack.reply(this.#transaction, 500);
  }

  /** Forgets the exchange; a failed INVITE leaves no trace. */
  #settle(): void {
    this.#close();
    if (this.#exchange !== null && this.#bridge.invite === this.#exchange) this.#bridge.invite = null;
  }

  #noteAnswer(response: SipResponse): void {
    const answering = otherSide(this.#from);
    if (isTargetRefresh(this.#method)) {
      refreshTarget(this.#bridge[answering], response);
      noteSession(this.#call, answering, response);
    }
    if (hasDescription(response)) passDescription(this.#bridge.media, answering, response.body);
  }

  /** An UPDATE that offers nothing is about this side's dialog alone: it goes well where the far side takes no UPDATE. */
  #isRefreshHere(status: number): boolean {
    return this.#method === "UPDATE" && !this.#hasOffer && (status === 405 || status === 501);
  }

  #reply(response: SipResponse | null, status: number, fields: readonly HeaderField[]): string {
    const makesContact = isTargetRefresh(this.#method) && status < 300;
    const isAgreed = makesContact && status >= 200;
    const session = isAgreed ? acceptSession(this.#call, this.#from, this.#transaction.request) : NO_FIELDS;
    return this.#call.exchange.stack.reply(this.#transaction, status, {
      reason: response?.reason,
      fields: session.length === 0 ? fields : [...fields, ...session],
      body: response?.body,
      contactUser: makesContact ? this.#call.contactUser : undefined,
    });
  }
}
