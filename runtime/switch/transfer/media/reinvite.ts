/**
 * An INVITE of ours within a dialog of a call (RFC 3261 §14.1): waits until no other offer is open, tries again after a
 * 491, and leaves the ACK to whoever knows the answer. What comes again is acknowledged again.
 */
import type { Timer, TimerOwner } from "../../../base/clock.ts";
import type { Side } from "../../../sdp/offer-answer.ts";
import type { ClientRequest, RequestFailure, RequestUser } from "../../../sip/client-request.ts";
import { type Dialog, refreshTarget, requestWithin } from "../../../sip/dialog/dialog.ts";
import { RELIABLE } from "../../../sip/dialog/reliable.ts";
import type { HeaderField, SipResponse } from "../../../sip/message/message.ts";
import { SDP_TYPE } from "../../audio/caller-audio.ts";
import type { Call } from "../../call/call.ts";
import { sendReinvite } from "../../call/reinvite-request.ts";
import { spokenOptions, withoutOption } from "../../extensions.ts";
import { laterAsk, noteSession } from "../../session/agree.ts";
import { glareWaitMs } from "./glare.ts";
import { isOurs, isQuiet } from "./quiet.ts";

const MAX_FORWARDS: HeaderField = ["Max-Forwards", "70"];
/** Whoever has an offer open so long, or says 491 so often, is not waited for any more. */
const MOST_TRIES = 6;
const PENDING = 491;
/** RFC 3262 §5: nobody is to answer an offer of ours in a reliable provisional response. */
const OPTIONS = withoutOption(spokenOptions("call"), RELIABLE);

export type Reinvited =
  | { readonly ok: true; readonly response: SipResponse }
  /** `status`: what the other side has said, or what stands for its silence. */
  | { readonly ok: false; readonly status: number };

interface GivenUp {
  readonly answer: string;
  readonly then: () => void;
}

export class Reinvite implements RequestUser, TimerOwner {
  readonly #call: Call;
  readonly #dialog: Dialog;
  readonly #body: string;
  readonly #then: (outcome: Reinvited) => void;
  #tries = 0;
  #cseq = 0;
  #timer: Timer | null = null;
  #request: ClientRequest | null = null;
  #state: "waiting" | "sent" | "answered" | "over" = "waiting";
  /** The body of the ACK, once it is known. */
  #ack: string | null = null;
  /** Nobody waits for the outcome: what the ACK of a 2xx says, and what is done after it. */
  #givenUp: GivenUp | null = null;

  /** `body`: our offer; empty: the other side is to make one. */
  constructor(call: Call, dialog: Dialog, body: string, then: (outcome: Reinvited) => void) {
    this.#call = call;
    this.#dialog = dialog;
    this.#body = body;
    this.#then = then;
  }

  start(): void {
    if (isQuiet(this.#call)) this.#send();
    else this.#wait();
  }

  /** The ACK for the 2xx, with the answer where the offer was theirs. */
  acknowledge(answer = ""): void {
    this.#ack = answer;
    this.#sendAck(answer);
    this.#close();
  }

  /** Nobody needs it any more. `answer`: to an offer that comes all the same; `then`: it has been taken nevertheless. */
  giveUp(answer: string, then: () => void): void {
    this.#timer?.cancel();
    switch (this.#state) {
      case "waiting":
        this.#close();
        break;
      case "sent":
        this.#givenUp = { answer, then };
        this.#request?.cancel();
        break;
      case "answered":
        this.#settle({ answer, then });
        break;
      case "over":
        break;
    }
  }

  /** The call is over: a phone that says 100 and nothing else would be waited for without end. */
  callEnded(): void {
    if (this.#givenUp === null) this.giveUp("", () => {});
  }

  expire(): void {
    this.#timer = null;
    this.start();
  }

  onResponse(response: SipResponse): void {
    this.#call.guard(() => this.#receive(response));
  }

  onFailure(failure: RequestFailure): void {
    this.#call.guard(() => this.#fail(failure === "timeout" ? 408 : 503));
  }

  #send(): void {
    this.#tries++;
    this.#state = "sent";
    this.#call.transfers.negotiations.add(this);
    this.#cseq = ++this.#dialog.localCseq;
    const request = requestWithin(this.#dialog, "INVITE", this.#cseq);
    request.fields.push(MAX_FORWARDS, ["Supported", OPTIONS], ...laterAsk(this.#call, this.#side));
    if (this.#body !== "") request.fields.push(SDP_TYPE);
    const { exchange, contactUser } = this.#call;
    this.#request = sendReinvite(exchange.stack, { ...request, contactUser, body: this.#body }, this);
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    if (status < 200) return;
    if (status < 300) this.#answered(response);
    else if (status === PENDING && this.#givenUp === null && this.#state === "sent") this.#wait();
    else this.#fail(status);
  }

  #answered(response: SipResponse): void {
    if (this.#ack !== null) {
      this.#sendAck(this.#ack);
      return;
    }
    if (this.#state !== "sent") return;
    this.#state = "answered";
    // One that was challenged has been sent again with a higher number.
    this.#cseq = response.cseq.number;
    refreshTarget(this.#dialog, response);
    noteSession(this.#call, this.#side, response);
    if (this.#givenUp !== null) this.#settle(this.#givenUp);
    else this.#then({ ok: true, response });
  }

  #settle({ answer, then }: GivenUp): void {
    this.acknowledge(this.#body === "" ? answer : "");
    then();
  }

  #wait(): void {
    this.#call.transfers.negotiations.delete(this);
    if (this.#tries >= MOST_TRIES) {
      this.#fail(PENDING);
      return;
    }
    this.#tries++;
    this.#state = "waiting";
    const waitMs = glareWaitMs(isOurs(this.#call, this.#dialog), Math.random());
    this.#timer = this.#call.startTimer(waitMs, this, "glare");
  }

  #fail(status: number): void {
    if (this.#state === "over" || this.#state === "answered") return;
    this.#close();
    if (this.#givenUp === null) this.#then({ ok: false, status });
  }

  #close(): void {
    this.#state = "over";
    this.#call.transferring?.negotiations.delete(this);
  }

  get #side(): Side {
    return this.#call.state.bridges[0]?.caller === this.#dialog ? "caller" : "callee";
  }

  #sendAck(answer: string): void {
    const request = requestWithin(this.#dialog, "ACK", this.#cseq);
    request.fields.push(MAX_FORWARDS);
    if (answer !== "") request.fields.push(SDP_TYPE);
    this.#call.exchange.stack.sendAck({ ...request, body: answer });
  }
}
