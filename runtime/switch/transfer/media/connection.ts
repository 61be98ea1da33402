/**
 * Puts the party that stays together with a phone that has answered. Where no audio ends here, the phone has been called
 * without an offer and has made one in its 200: the party answers it, and the answer goes into the ACK (RFC 3725 §4.1,
 * flow I). So nothing changes for the party before somebody is there for it.
 */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import { type Dialog, requestWithin } from "../../../sip/dialog/dialog.ts";
import { sessionOfResponse } from "../../../sip/dialog/session-timer.ts";
import type { HeaderField, SipResponse } from "../../../sip/message/message.ts";
import { SDP_TYPE } from "../../audio/caller-audio.ts";
import type { Call } from "../../call/call.ts";
import { hasDescription } from "../../call/description.ts";
import { sendBye } from "../../call/hang-up.ts";
import type { Leg } from "../../call/leg.ts";
import type { Newcomer } from "../reseat.ts";
import { Anchoring } from "./anchoring.ts";
import { Reinvite, type Reinvited } from "./reinvite.ts";
import { restore } from "./restore.ts";

export interface ConnectionUser {
  connected(newcomer: Newcomer): void;
  /** The phone is hung up already. */
  notConnected(code: number): void;
}

export class Connection {
  readonly leg: Leg;
  readonly #call: Call;
  readonly #kept: Side;
  readonly #response: SipResponse;
  readonly #user: ConnectionUser;
  readonly #dialog: Dialog;
  #work: Reinvite | Anchoring | null = null;
  /** The body of the ACK, once it has been sent. */
  #ack: string | null = null;
  #isOver = false;

  constructor(
    call: Call,
    kept: Side,
    answered: { readonly leg: Leg; readonly response: SipResponse },
    user: ConnectionUser,
  ) {
    this.#call = call;
    this.#kept = kept;
    this.leg = answered.leg;
    this.#response = answered.response;
    this.#user = user;
    this.#dialog = answered.leg.dialogOf(answered.response);
    this.leg.state.dialog = this.#dialog;
  }

  start(): void {
    if (this.#call.hasAudio && this.#call.audio.carries(this.leg.state.id)) this.#joinAudio();
    else this.#exchangeOffers();
  }

  /** The 2xx has come again (RFC 3261 §13.2.2.4). */
  acknowledge(): void {
    if (this.#ack === null) return;
    const request = requestWithin(this.#dialog, "ACK", this.leg.state.cseq);
    request.fields.push(["Max-Forwards", "70"]);
    if (this.#ack !== "") request.fields.push(SDP_TYPE);
    this.#call.exchange.stack.sendAck({ ...request, body: this.#ack });
  }

  giveUp(fields: readonly HeaderField[] = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { media } = this.#call.state.bridges[0] ?? {};
    const answer = media?.[otherSide(this.#kept)] ?? "";
    if (this.#work instanceof Anchoring) this.#work.giveUp();
    else this.#work?.giveUp(answer, () => restore(this.#call, this.#kept));
    this.#hangUp(fields);
  }

  #joinAudio(): void {
    const { audio } = this.#call;
    const side = audio.agreed(this.leg, this.#response);
    this.#ack = "";
    this.acknowledge();
    if (side === undefined) {
      this.#fail(488);
      return;
    }
    const kept = audio.of(this.#kept);
    if (kept !== undefined) {
      this.#connected({ audio: side, description: null, keptAudio: kept, keptDescription: null });
      return;
    }
    const anchoring = new Anchoring(
      { call: this.#call, side: this.#kept, owner: this.#call, near: side },
      (anchored, status) => {
        if (anchored === null) this.#fail(status);
        else this.#connected({ audio: side, description: null, keptAudio: anchored, keptDescription: null });
      },
    );
    this.#work = anchoring;
    anchoring.start();
  }

  #exchangeOffers(): void {
    const dialog = this.#call.state.bridges[0]?.[this.#kept];
    if (dialog === undefined || !hasDescription(this.#response)) {
      this.#fail(488);
      return;
    }
    const reinvite = new Reinvite(this.#call, dialog, this.#response.body, (outcome) =>
      this.#keptAnswered(reinvite, outcome),
    );
    this.#work = reinvite;
    reinvite.start();
  }

  #keptAnswered(reinvite: Reinvite, outcome: Reinvited): void {
    if (!outcome.ok) {
      this.#fail(outcome.status);
      return;
    }
    reinvite.acknowledge();
    if (!hasDescription(outcome.response)) {
      this.#fail(488);
      restore(this.#call, this.#kept);
      return;
    }
    const { body } = outcome.response;
    this.#ack = body;
    this.acknowledge();
    this.#connected({ audio: null, description: this.#response.body, keptAudio: null, keptDescription: body });
  }

  #connected(media: Pick<Newcomer, "audio" | "description" | "keptAudio" | "keptDescription">): void {
    this.#isOver = true;
    const { clock, sessionTerms } = this.#call.exchange;
    const session = sessionOfResponse(this.#response.headers, sessionTerms, clock.now());
    this.#user.connected({ dialog: this.#dialog, leg: this.leg.state, session, ...media });
  }

  #fail(code: number): void {
    this.#isOver = true;
    this.#hangUp([]);
    this.#user.notConnected(code);
  }

  /** An answer that has had its ACK is hung up with BYE alone. */
  #hangUp(fields: readonly HeaderField[]): void {
    if (this.#call.hasAudio) this.#call.audio.closeLeg(this.leg.state.id);
    if (this.#ack === null) {
      this.leg.drop(this.#response, fields);
      return;
    }
    this.leg.state.state = "ended";
    sendBye(this.#call, this.#dialog, fields);
  }
}
