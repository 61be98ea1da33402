/**
 * A side that is called: sends the INVITE, follows its answers, and cleans up behind itself. A leg that was given up goes
 * on until its transaction has ended, since a 2xx may cross the CANCEL (RFC 3261 §9.1): it is acknowledged and hung up.
 */
import type { ClientRequest, RequestFailure, RequestUser, SentBy } from "../../sip/client-request.ts";
import { type Dialog, dialogOfResponse, requestWithin } from "../../sip/dialog/dialog.ts";
import { arrivalOf, rseqOf } from "../../sip/dialog/reliable.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { LegState } from "./call-state.ts";
import { type Speaker, sendBye } from "./hang-up.ts";
import type { LegWay } from "./leg-way.ts";

/** More dialogs that nobody wants are not hung up: only a hostile callee makes so many of one INVITE. */
const MOST_UNWANTED = 32;
/** One of several forks of this side is over (RFC 6228). */
export const EARLY_DIALOG_TERMINATED = 199;

export interface LegUser {
  guard(work: () => void): void;
  legProgressed(leg: Leg, response: SipResponse): void;
  /** The first 2xx. */
  legAnswered(leg: Leg, response: SipResponse): void;
  /** A 2xx of the answered dialog has come again. */
  answerRepeated(leg: Leg, response: SipResponse): void;
  /** A final response that is no 2xx, or none at all; never after `cancel`. */
  legFailed(leg: Leg, outcome: SipResponse | RequestFailure | "no-line"): void;
}

export class Leg implements RequestUser {
  readonly state: LegState;
  readonly #stack: SipStack;
  readonly #call: Speaker;
  readonly #user: LegUser;
  #request: ClientRequest | null = null;
  /** `null`: it leaves by no trunk. */
  readonly way: LegWay | null;
  #answeredTag: string | null = null;
  /** To tags of the 2xx that nobody wanted. */
  #unwanted: Set<string> | null = null;
  /** RSeq of the last reliable response of each early dialog, by its tag. */
  #received: Map<string, number> | null = null;

  constructor(state: LegState, call: Speaker, user: LegUser, way: LegWay | null = null) {
    this.state = state;
    this.way = way;
    this.#call = call;
    this.#stack = call.exchange.stack;
    this.#user = user;
  }

  /** Sends the INVITE. `fields`: what goes beyond the leg's own From, To, Call-ID and CSeq. */
  call(fields: readonly HeaderField[], contactUser: string, body: string): void {
    const { state } = this;
    const rest = this.way === null ? fields : this.way.calling(this, fields);
    if (rest === null) {
      this.#fail("no-line");
      return;
    }
    const { uri, hop, trunk } = state;
    const fieldsOut = [...this.#own, ...rest];
    const request = { method: "INVITE", uri, hop, fields: fieldsOut, contactUser, body, account: trunk?.account };
    this.#request = this.#stack.send(request, this);
  }

  /** What every request of its transaction says (RFC 3261 §9.1, §17.1.1.3). */
  get #own(): readonly HeaderField[] {
    const { state } = this;
    return [
      ["From", `${state.localParty};tag=${state.localTag}`],
      ["To", state.remoteParty],
      ["Call-ID", state.callId],
      ["CSeq", `${state.cseq} INVITE`],
      ...(state.route ?? []).map((route): HeaderField => ["Route", route]),
    ];
  }

  /** How its INVITE has left, while that waits for its final response. */
  get sentBy(): SentBy | null {
    return this.#request?.sentBy ?? null;
  }

  /** Goes on with an INVITE that an earlier process has sent in this way. */
  adopt(sentBy: SentBy): void {
    const { uri, hop } = this.state;
    this.#request = this.#stack.adoptSent({ method: "INVITE", uri, hop, fields: this.#own }, sentBy, this);
  }

  /** Gives up such an INVITE. */
  abandon(): void {
    this.state.state = "cancelling";
    this.#request?.cancel();
  }

  /** Gives the leg up: nobody waits for it any more. */
  cancel(fields: readonly HeaderField[] = []): void {
    const { state } = this;
    if (state.state !== "calling" && state.state !== "ringing") return;
    this.#callOff(fields);
    this.way?.ended();
  }

  /** Gives the leg up as if it had failed by itself. */
  giveUp(outcome: RequestFailure): void {
    const { state } = this;
    if (state.state !== "calling" && state.state !== "ringing") return;
    this.#callOff();
    this.#told(outcome);
  }

  /** Of an INVITE that has not left, for want of an offer, nothing will come. */
  #callOff(fields?: readonly HeaderField[]): void {
    this.state.state = this.#request === null ? "ended" : "cancelling";
    this.#request?.cancel(fields);
  }

  /** How long ago the INVITE left for the destination that is tried now. */
  get attemptMs(): number {
    return this.#request?.attemptMs ?? 0;
  }

  /** Nobody has answered for too long: another destination of the same URI is tried. `false`: there is none. */
  hurry(): boolean {
    return this.#request?.hurry() === true;
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
    this.#user.guard(() => {
      if (!isGivenUp) this.#told(failure);
    });
  }

  #fail(outcome: SipResponse | "no-line"): void {
    this.state.state = "ended";
    this.#told(outcome);
  }

  #told(outcome: SipResponse | RequestFailure | "no-line"): void {
    this.way?.failed(outcome);
    this.#user.legFailed(this, outcome);
    this.way?.ended();
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    // With credentials, or a longer session, it was sent again, one higher (RFC 3261 §22.2, RFC 4028 §7.3).
    const { cseq } = response;
    if (cseq.number > this.state.cseq && this.#request?.wasResent === true) this.#resentAs(cseq.number);
    this.way?.heard(response);
    if (status > 100 && response.toTag !== undefined) this.state.remoteTag = response.toTag;
    if (status >= 200 && status < 300) {
      this.#onAnswer(response);
      return;
    }
    if (this.state.state === "cancelling") {
      if (status >= 300) this.state.state = "ended";
      return;
    }
    if (status >= 300) {
      this.#fail(response);
    } else if (status > 100 && this.#isNew(response)) {
      if (status !== 183 && status !== EARLY_DIALOG_TERMINATED) this.state.state = "ringing";
      this.#user.legProgressed(this, response);
    }
  }

  #resentAs(cseq: number): void {
    this.state.cseq = cseq;
    this.state.lastCseq = Math.max(this.state.lastCseq, cseq);
  }

  /** RFC 3262 §4: a reliable response counts once, and after the one before it. */
  #isNew(response: SipResponse): boolean {
    const rseq = response.headers.has("rseq") ? rseqOf(response) : undefined;
    if (rseq === undefined) return true;
    const tag = response.toTag ?? "";
    this.#received ??= new Map();
    const last = this.#received.get(tag);
    if (arrivalOf(last, rseq) !== "new" || (last === undefined && this.#received.size >= MOST_UNWANTED)) return false;
    this.#received.set(tag, rseq);
    return true;
  }

  /** Acknowledges a provisional response, where it asks for that (RFC 3262 §4). `dialog`: the early one it belongs to. */
  prack(response: SipResponse, dialog = this.dialogOf(response)): void {
    const rseq = rseqOf(response);
    if (rseq === undefined) return;
    const { state } = this;
    state.lastCseq = Math.max(state.lastCseq, dialog.localCseq) + 1;
    dialog.localCseq = state.lastCseq;
    const prack = requestWithin(dialog, "PRACK", dialog.localCseq);
    prack.fields.push(["RAck", `${rseq} ${state.cseq} INVITE`], ["Max-Forwards", "70"]);
    this.#stack.send(prack, UNHEARD);
  }

  /** The dialog that a response of this leg makes. */
  dialogOf(response: SipResponse): Dialog {
    const { localParty, remoteParty, uri, trunk } = this.state;
    const flow = this.#request?.flow;
    if (flow === undefined) throw new Error("A response came to a request that was never sent.");
    const dialog = dialogOfResponse(response, { localParty, remoteParty, target: uri, flow, account: trunk?.account });
    dialog.localCseq = this.state.lastCseq;
    return dialog;
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
    this.way?.answered();
    this.#answeredTag = response.toTag ?? null;
    this.#user.legAnswered(this, response);
  }

  /** The answer cannot be used: the leg has failed. */
  drop(response: SipResponse, fields: readonly HeaderField[] = []): void {
    this.state.state = "ended";
    this.way?.ended();
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
    sendBye(this.#call, dialog, fields);
  }
}

/** For requests whose outcome changes nothing. */
const UNHEARD: RequestUser = { onResponse() {}, onFailure() {} };
