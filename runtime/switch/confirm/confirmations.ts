/** The sides of a call that have answered and are being asked whether they take it: several may be at once. */
import type { Confirm } from "../../../sdk/decisions.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { AudioSide } from "../audio/audio-side.ts";
import type { Call } from "../call/call.ts";
import type { Leg } from "../call/leg.ts";
import { Confirmation, type ConfirmationUser } from "./confirmation.ts";

export class Confirmations implements ConfirmationUser {
  readonly #call: Call;
  readonly #taken: (leg: Leg, response: SipResponse) => void;
  readonly #notTaken: (leg: Leg) => void;
  readonly #open = new Map<string, Confirmation>();

  constructor(call: Call, taken: (leg: Leg, response: SipResponse) => void, notTaken: (leg: Leg) => void) {
    this.#call = call;
    this.#taken = taken;
    this.#notTaken = notTaken;
  }

  ask(leg: Leg, response: SipResponse, side: AudioSide, confirm: Confirm): void {
    const confirmation = new Confirmation(this.#call, { leg, response, side }, confirm, this);
    this.#open.set(leg.state.id, confirmation);
    confirmation.start();
  }

  /** The one of a leg, while it is asked. */
  of(leg: string | undefined): Confirmation | undefined {
    return leg === undefined ? undefined : this.#open.get(leg);
  }

  ofCallId(callId: string): Confirmation | undefined {
    for (const confirmation of this.#open.values()) {
      if (confirmation.leg.state.callId === callId) return confirmation;
    }
    return undefined;
  }

  /** Nobody waits for this leg any more. */
  abandon(leg: Leg, fields: readonly HeaderField[] = []): void {
    this.of(leg.state.id)?.abandon(fields);
    this.#open.delete(leg.state.id);
  }

  taken({ leg, response }: Confirmation): void {
    this.#open.delete(leg.state.id);
    this.#taken(leg, response);
  }

  notTaken({ leg }: Confirmation): void {
    this.#open.delete(leg.state.id);
    this.#notTaken(leg);
  }
}
