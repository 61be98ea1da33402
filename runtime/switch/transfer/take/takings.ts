/** The phones that take a place in a call by an INVITE of their own (RFC 3891): one at a time. */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import type { Dialog } from "../../../sip/dialog/dialog.ts";
import type { SipRequest } from "../../../sip/message/message.ts";
import type { ServerTransaction } from "../../../sip/transaction/layer.ts";
import type { Call } from "../../call/call.ts";
import { legView } from "../../call/call-view.ts";
import type { PlanRun } from "../../call/plan-run.ts";
import type { WaitingRequest } from "../../recovery/call-record.ts";
import type { NamedDialog } from "../dialogs.ts";
import type { Partings } from "../partings.ts";
import { type Newcomer, reseat } from "../reseat.ts";
import { Pickup } from "./pickup.ts";
import { Takeover } from "./takeover.ts";
import { Taker } from "./taker.ts";
import type { Taking } from "./taking.ts";

export class Takings {
  readonly #call: Call;
  readonly #plan: PlanRun;
  readonly #partings: Partings;
  #running: Taking | null = null;
  /** Whose 200 may wait for its ACK. */
  #taker: Taker | null = null;

  constructor(call: Call, plan: PlanRun, partings: Partings) {
    this.#call = call;
    this.#plan = plan;
    this.#partings = partings;
  }

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** The INVITE that waits for its answer. */
  get waiting(): WaitingRequest | null {
    return this.#taker?.waiting ?? null;
  }

  /** The dialog of one whose 200 is out, and who has no place yet. */
  get looseDialog(): Dialog | null {
    return this.#running !== null && this.#taker?.waiting === null ? this.#taker.dialog : null;
  }

  begin({ side, leg }: NamedDialog, invite: ServerTransaction, user: string): void {
    const taker = new Taker(this.#call, invite, user);
    this.#taker?.stop();
    this.#taker = taker;
    this.#running = leg === null ? new Takeover(this.#call, side, taker) : new Pickup(this.#call, this.#plan, taker);
    this.#running.start();
  }

  /** It has the place. */
  seated({ taker }: Taking, place: Side, newcomer: Newcomer): void {
    this.#running = null;
    const left = reseat(this.#call, place, newcomer);
    this.#call.state.transfers++;
    if (left !== undefined) this.#partings.add(left).hangUp();
    const told = { who: otherSide(place), by: place, target: taker.user };
    this.#call.transfers.tell(told, { end: "connected", code: 200, reason: "OK", leg: legView(newcomer.leg) });
  }

  /** It has a call that rang. */
  pickedUp(): void {
    this.#running = null;
  }

  refused({ taker }: Taking): void {
    if (this.#taker !== taker) return;
    this.#taker = null;
    this.#running = null;
  }

  /** The ACK for its 200; `false`: it is none. */
  takesAck(request: SipRequest): boolean {
    return this.#taker?.takesAck(request) === true;
  }

  /** The call is over. */
  end(): void {
    this.#running?.giveUp(481);
    this.#taker?.stop();
  }
}
