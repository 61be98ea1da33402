/**
 * A side that is called: sends the INVITE, follows its answers, and cleans up behind itself. A leg that was given up goes
 * on until its transaction has ended, since a 2xx may cross the CANCEL (RFC 3261 §9.1): it is acknowledged and hung up.
 */
import type { ClientRequest, RequestFailure, RequestUser } from "../../sip/client-request.ts";
import { type Dialog, dialogOfResponse, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { LegState } from "./call-state.ts";

/** More dialogs that nobody wants are not hung up: only a hostile callee makes so many of one INVITE. */
const MOST_UNWANTED = 32;

export interface LegUser {
  guard(work: () => void): void;
  legProgressed(leg: Leg, response: SipResponse): void;
  /** The first 2xx. */
  legAnswered(leg: Leg, response: SipResponse): void;
  /** A 2xx of the answered dialog has come again. */
  answerRepeated(leg: Leg, response: SipResponse): void;
  /** A final response that is no 2xx, or none at all; never after `cancel`. */
  legFailed(leg: Leg, outcome: SipResponse | RequestFailure): void;
}

export class Leg implements RequestUser {
  readonly state: LegState;
  readonly #stack: SipStack;
  readonly #user: LegUser;
  #request: ClientRequest | null = null;
  #answeredTag: string | null = null;
  /** To tags of the 2xx that nobody wanted. */
  #unwanted: Set<string> | null = null;

  constructor(state: LegState, stack: SipStack, user: LegUser) {
    this.state = state;
    this.#stack = stack;
    this.#user = user;
  }

  /** Sends the INVITE. `fields`: what goes beyond the leg's own From, To, Call-ID and CSeq. */
  call(fields: readonly HeaderField[], contactUser: string, body: string): void {
    const { state } = this;
    const own: HeaderField[] = [
      ["From", `${state.localParty};tag=${state.localTag}`],
      ["To", state.remoteParty],
      ["Call-ID", state.callId],
      ["CSeq", `${state.cseq} INVITE`],
      ...fields,
    ];
    const request = { method: "INVITE", uri: state.uri, hop: state.hop, fields: own, contactUser, body };
    this.#request = this.#stack.send(request, this);
  }

  /** Gives the leg up: nobody waits for it any more. */
  cancel(fields: readonly HeaderField[] = []): void {
    const { state } = this;
    if (state.state !== "calling" && state.state !== "ringing") return;
    state.state = "cancelling";
    this.#request?.cancel(fields);
  }

  /** The call is over, and so is what its transaction, which lives on, could have to do with it. */
  release(): void {
    this.#request?.release();
  }

  onResponse(response: SipResponse): void {
    this.#user.guard(() => this.#receive(response));
  }

  onFailure(failure: RequestFailure): void {
    const isGivenUp = this.state.state === "cancelling";
    this.state.state = "ended";
    if (!isGivenUp) this.#user.guard(() => this.#user.legFailed(this, failure));
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    if (status >= 200 && status < 300) {
      this.#onAnswer(response);
      return;
    }
    if (this.state.state === "cancelling") {
      if (status >= 300) this.state.state = "ended";
      return;
    }
    if (status >= 300) {
      this.state.state = "ended";
      this.#user.legFailed(this, response);
    } else if (status > 100) {
      if (status !== 183) this.state.state = "ringing";
      this.#user.legProgressed(this, response);
    }
  }

  /** The dialog that a response of this leg makes. */
  dialogOf(response: SipResponse): Dialog {
    const { localParty, remoteParty, uri } = this.state;
    const flow = this.#request?.flow;
    if (flow === undefined) throw new Error("A response came to a request that was never sent.");
    return dialogOfResponse(response, { localParty, remoteParty, target: uri, flow });
  }

  #onAnswer(response: SipResponse): void {
    if (this.state.state === "answered" || this.state.state === "asked") {
      // RFC 3261 §13.2.2.4: a 2xx of another fork downstream is a dialog of its own; nobody wants that one.
      if (response.toTag === this.#answeredTag) this.#user.answerRepeated(this, response);
      else this.#hangUp(response);
      return;
    }
    if (this.state.state === "cancelling" || this.state.state === "ended") {
      this.state.state = "ended";
      this.#hangUp(response);
      return;
    }
    this.state.state = "answered";
    this.#answeredTag = response.toTag ?? null;
    this.#user.legAnswered(this, response);
  }

  /** The answer cannot be used: the leg has failed. */
  drop(response: SipResponse, fields: readonly HeaderField[] = []): void {
    this.state.state = "ended";
    this.#hangUp(response, fields);
  }

  /** ACK and BYE: the answer is not wanted. When it comes again, ACK alone. */
  #hangUp(response: SipResponse, fields: readonly HeaderField[] = []): void {
    const tag = response.toTag ?? "";
    this.#unwanted ??= new Set();
    const isRepeated = this.#unwanted.has(tag);
    if (!isRepeated && this.#unwanted.size >= MOST_UNWANTED) return;
    this.#unwanted.add(tag);
    const dialog = this.dialogOf(response);
    const ack = requestWithin(dialog, "ACK", this.state.cseq);
    ack.fields.push(["Max-Forwards", "70"]);
    this.#stack.sendAck(ack);
    if (isRepeated) return;
    dialog.localCseq++;
    const bye = requestWithin(dialog, "BYE", dialog.localCseq);
    bye.fields.push(["Max-Forwards", "70"], ...fields);
    this.#stack.send(bye, UNHEARD);
  }
}

/** For requests whose outcome changes nothing. */
export const UNHEARD: RequestUser = { onResponse() {}, onFailure() {} };
