/**
 * The audio of the caller where it ends at the switch: opened when the first step needs it, agreed on with the offer of
 * the INVITE, told by 183 or by 200. A caller who has made no offer gets ours in the 200, and answers it in the ACK.
 */
import { InvariantError } from "../../base/errors.ts";
import { dialogOfRequest } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { OwnDialog } from "../call/call-state.ts";
import { hasDescription } from "../call/description.ts";
import type { AudioServices } from "./audio-services.ts";
import { AudioSide, type AudioSideUser } from "./audio-side.ts";
import { browserTerms } from "./browser-terms.ts";
import { describedAddress, mediaAddress } from "./media-address.ts";

export const SDP_TYPE: HeaderField = ["Content-Type", "application/sdp"];

/** What has been said to the caller: nothing, a description in a 183, or in the 200. */
export type Told = "nothing" | "early" | "answered";

export class CallerAudio {
  readonly #call: Call;
  readonly #user: AudioSideUser;
  #side: AudioSide | null = null;
  /** Our answer to the offer of the INVITE; empty where there was none. */
  #description = "";
  #told: Told = "nothing";
  /** Who waits for the endpoint, or for the answer to a late offer: each leg of a fork does. */
  #waiting: (() => void)[] = [];

  constructor(call: Call, user: AudioSideUser) {
    this.#call = call;
    this.#user = user;
  }

  get side(): AudioSide | null {
    return this.#side;
  }

  get told(): Told {
    return this.#told;
  }

  /** The caller of an outbound call has been called with audio, and has answered. */
  adopt(side: AudioSide): void {
    this.#side = side;
    this.#told = "answered";
  }

  /** The audio of the caller is for somebody else, who closes it. */
  give(): AudioSide | null {
    const side = this.#side;
    this.#side = null;
    return side;
  }

  /** Opens the endpoint and agrees on the audio, without a word to the caller. Where that is not possible the call ends. */
  prepare(then: () => void): void {
    if (this.#call.state.own !== null) {
      then();
      return;
    }
    this.#waiting.push(then);
    if (this.#side === null) this.#open();
  }

  /** Has the caller hear us: before the call is answered (`early`, where the caller has made an offer), or by answering it. */
  establish(early: boolean, then: () => void): void {
    this.prepare(() => {
      if (early && this.#description !== "") this.tell(183);
      else if (this.#call.state.answeredAt === null) this.answer();
      if (this.#side?.state.stream === null) this.#waiting.push(then);
      else then();
    });
  }

  /** Sends a provisional response, with our description where the caller has made an offer. */
  tell(status: number, reason?: string): void {
    const own = this.#call.state.own;
    if (own === null || this.#told !== "nothing" || this.#call.state.answeredAt !== null) return;
    const body = status === 180 ? "" : this.#description;
    if (body !== "") this.#told = "early";
    this.#call.caller.respond(status, this.#answer(own, body, reason));
  }

  /** Answers the call: 200 with our description, or with our offer. */
  answer(): void {
    const { state } = this.#call;
    const { own } = state;
    const side = this.#side;
    if (own === null || side === null || state.answeredAt !== null) return;
    const body = this.#description === "" ? side.offer() : this.#description;
    own.inviteCseq = state.invite.cseq;
    this.#told = "answered";
    this.#call.caller.respond(200, this.#answer(own, body));
    this.#call.legs.answeredHere();
  }

  /** The ACK for our 2xx, with the answer where the offer was ours (RFC 3261 §13.2.1). */
  acknowledged(request: SipRequest): void {
    const side = this.#side;
    if (side === null || side.state.offered === null) return;
    const accepted = hasDescription(request) ? side.accept(request.body, true) : null;
    if (accepted === null || !accepted.ok) {
      this.#call.hangUp("switch", accepted === null ? "The ACK has no answer to our offer" : accepted.problem);
      return;
    }
    this.#proceed();
  }

  close(): void {
    this.#waiting = [];
    this.#side?.close();
  }

  #open(): void {
    const { exchange, state } = this.#call;
    const { flow } = state.invite;
    const { audio } = exchange;
    if (audio === null) {
      this.#call.ending.endWithoutAudio("This switch has no media plane");
      return;
    }
    const own = mediaAddress(exchange.stack, flow, describedAddress(state.invite.body));
    const { codecs } = this.#call.state.trunk ?? {};
    const inbandDigits = audio.inbandDigits === true;
    const browser = browserTerms(audio, flow, state.invite.body);
    const address = { ...own, near: null, inbandDigits, codecs, browser };
    this.#side = new AudioSide(this.#user, audio.plane, address, (problem) => this.#opened(problem));
  }

  #opened(problem: string | null): void {
    const { invite } = this.#call.caller;
    if (problem !== null) this.#call.ending.endWithoutAudio(problem);
    else if (invite !== null && this.#call.state.end === null && this.#negotiate(invite)) this.#proceed();
  }

  #negotiate(invite: ServerTransaction): boolean {
    const { request } = invite;
    if (hasDescription(request)) {
      const answered = this.#side?.answer(request.body);
      if (answered === undefined) return false;
      if (!answered.ok) {
        const { code, warning } = answered.problem;
        this.#call.refuse({ ...localResponse(code), fields: [["Warning", warning]] }, "switch");
        return false;
      }
      this.#description = answered.value;
    }
    this.#call.state.own = this.#dialog(request);
    return true;
  }

  /** RFC 3261 §13.2.1: a dialog carries one answer, so a callee's early one needs a tag of its own beside ours. */
  #dialog(request: SipRequest): OwnDialog {
    const { state, exchange } = this.#call;
    const isTaken = state.bridges.length > 0;
    const tag = isTaken ? exchange.stack.mint.tag() : state.localTag;
    if (isTaken) exchange.index.addCallerDialog(state.invite.callId, tag, this.#call);
    return { caller: dialogOfRequest(request, tag, state.invite.flow, state.trunk?.account), inviteCseq: 0 };
  }

  #answer(own: OwnDialog, body: string, reason?: string) {
    const fields: readonly HeaderField[] = body === "" ? [] : [SDP_TYPE];
    return { reason, toTag: own.caller.localTag, contactUser: this.#call.contactUser, fields, body };
  }

  #proceed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}

/** The services, where the switch has them. */
export function audioOf(call: Call): AudioServices {
  const { audio } = call.exchange;
  if (audio === null) throw new InvariantError("A step with audio has begun on a switch that has none.");
  return audio;
}
