/**
 * Lets the phones of a call talk directly that began with audio of the switch (RFC 3725 §4.1, flow I, within dialogs that
 * are there): the callee is asked for an offer, the caller answers it, and the callee gets that answer. Where a phone does
 * not go along, everything stays as it was.
 */
import type { Side } from "../../sdp/offer-answer.ts";
import type { RequestFailure, RequestUser } from "../../sip/client-request.ts";
import { refreshTarget, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import { hasDescription } from "../call/description.ts";
import { sendReinvite } from "../call/reinvite-request.ts";
import { SDP_TYPE } from "./caller-audio.ts";

const MAX_FORWARDS: HeaderField = ["Max-Forwards", "70"];

export class Release {
  readonly #call: Call;
  readonly #bridge: Bridge;
  /** The callee's offer, and the CSeq of the INVITE that it answers. */
  #offer = "";
  #calleeCseq = 0;
  /** The body of the ACK to the callee, once there is one: its 2xx may come again. */
  #answer: string | null = null;
  /** The tag says who has answered already; a 2xx that comes again gets its ACK alone. */
  #isCallerAnswered = false;

  constructor(call: Call, bridge: Bridge) {
    this.#call = call;
    this.#bridge = bridge;
  }

  start(): void {
    this.#invite("callee", "", {
      onResponse: (response) => this.#guard(() => this.#calleeResponded(response)),
      onFailure: (failure) => this.#guard(() => this.#gaveUp("callee", failure)),
    });
  }

  #calleeResponded(response: SipResponse): void {
    if (response.status < 200) return;
    if (response.status >= 300) {
      this.#gaveUp("callee", response);
      return;
    }
    // One of ours that was challenged has been sent again with a higher one.
    this.#calleeCseq = response.cseq.number;
    if (this.#answer !== null) this.#acknowledge("callee", this.#calleeCseq, this.#answer);
    // Again, while the caller is being asked.
    else if (this.#offer === "") this.#offered(response);
  }

  #offered(response: SipResponse): void {
    refreshTarget(this.#bridge.callee, response);
    if (this.#call.state.end !== null || !hasDescription(response)) {
      this.#settleCallee("");
      this.#done();
      return;
    }
    this.#offer = response.body;
    this.#invite("caller", this.#offer, {
      onResponse: (answer) => this.#guard(() => this.#callerResponded(answer)),
      onFailure: (failure) => this.#guard(() => this.#refusedByCaller(failure)),
    });
  }

  #callerResponded(response: SipResponse): void {
    if (response.status < 200) return;
    if (response.status >= 300) {
      this.#refusedByCaller(response);
      return;
    }
    this.#acknowledge("caller", response.cseq.number, "");
    if (this.#isCallerAnswered) return;
    this.#isCallerAnswered = true;
    refreshTarget(this.#bridge.caller, response);
    if (!hasDescription(response)) {
      this.#refusedByCaller(response);
      return;
    }
    this.#settleCallee(response.body);
    if (this.#call.state.end === null) this.#call.audio.released(this.#bridge, response.body, this.#offer);
  }

  /** The callee has made an offer and waits for an answer: it goes on talking to us. */
  #refusedByCaller(outcome: SipResponse | RequestFailure): void {
    const answered = this.#call.audio.of("callee")?.answer(this.#offer);
    this.#settleCallee(answered?.ok === true ? answered.value : "");
    this.#gaveUp("caller", outcome);
  }

  #gaveUp(side: Side, outcome: SipResponse | RequestFailure): void {
    const why = typeof outcome === "string" ? outcome : `${outcome.status} ${outcome.reason}`;
    this.#call.exchange.observer.stepFailed(
      this.#call.view,
      "forward",
      `the audio is not released: ${side} said ${why}`,
    );
    this.#done();
  }

  #done(): void {
    this.#call.audio.releaseFailed();
  }

  #settleCallee(answer: string): void {
    this.#answer = answer;
    this.#acknowledge("callee", this.#calleeCseq, answer);
  }

  /** Sends an INVITE within the dialog of a side. */
  #invite(side: Side, body: string, user: RequestUser): void {
    const dialog = this.#bridge[side];
    const cseq = ++dialog.localCseq;
    const request = requestWithin(dialog, "INVITE", cseq);
    request.fields.push(MAX_FORWARDS);
    if (body !== "") request.fields.push(SDP_TYPE);
    const { exchange, contactUser } = this.#call;
    sendReinvite(exchange.stack, { ...request, contactUser, body }, user);
  }

  #acknowledge(side: Side, cseq: number, body: string): void {
    const { method, uri, hop, fields } = requestWithin(this.#bridge[side], "ACK", cseq);
    fields.push(MAX_FORWARDS);
    if (body !== "") fields.push(SDP_TYPE);
    this.#call.exchange.stack.sendAck({ method, uri, hop, fields, body });
  }

  #guard(work: () => void): void {
    this.#call.guard(work);
  }
}
