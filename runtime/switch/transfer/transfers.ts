/**
 * The transfers of one call: the one that runs, and what it comes to. A call is transferred for one party at a time; where
 * that fails, both talk on as before.
 */
import type { TransferredEvent } from "../../../sdk/events.ts";
import { toText } from "../../base/text.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { reasonPhrase } from "../../sip/message/status.ts";
import { presentable } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { FinalResponse } from "../call/call-state.ts";
import { legView } from "../call/call-view.ts";
import type { Leg } from "../call/leg.ts";
import type { PlanRun } from "../call/plan-run.ts";
import type { StoredTransfer } from "../recovery/call-record.ts";
import type { Borrower } from "./borrower.ts";
import { Reinvite, type Reinvited } from "./media/reinvite.ts";
import { Partings } from "./partings.ts";
import type { Referral } from "./refer/referral.ts";
import { Referrals } from "./refer/referrals.ts";
import { type Newcomer, reseat } from "./reseat.ts";
import type { RunningTransfer } from "./running-transfer.ts";
import { Takings } from "./take/takings.ts";
import { type TransferOrder, TransferStep } from "./transfer-step.ts";

/** A call that is handed on and on comes to an end of it. */
export const MOST_TRANSFERS = 32;

export class Transfers {
  readonly referrals: Referrals;
  readonly partings: Partings;
  readonly takings: Takings;
  /** Re-INVITEs of ours that have no ACK yet: until then no offer of a phone is taken. */
  readonly negotiations = new Set<Reinvite>();
  /** Another call that takes over what this one has. */
  borrower: Borrower | null = null;
  readonly #call: Call;
  readonly #plan: PlanRun;
  #running: RunningTransfer | null = null;
  /** The BYE of whoever leaves, where it has not waited for the outcome. */
  #bye: SipRequest | null = null;
  /** Legs of targets that have got the call: their 2xx may come again. */
  readonly #legs: Leg[] = [];

  constructor(call: Call, plan: PlanRun) {
    this.#call = call;
    this.#plan = plan;
    this.referrals = new Referrals(call);
    this.partings = new Partings(call);
    this.takings = new Takings(call, plan, this.partings);
  }

  get isNegotiating(): boolean {
    return this.negotiations.size > 0;
  }

  /** A second transfer has to wait for the end of the first. */
  get isBusy(): boolean {
    const isAsked = this.referrals.pending !== null || this.takings.isBusy;
    return isAsked || this.#running !== null || this.borrower !== null;
  }

  /** The one that runs, for the process that starts next. */
  get stored(): StoredTransfer | undefined {
    if (this.#running === null) return undefined;
    const { who, by, target, place } = this.#running;
    return { who, by, target, place, hasLeft: this.#bye !== null };
  }

  /** Dialogs that are in no bridge, and up for a moment more. */
  get looseDialogs(): Dialog[] {
    const { looseDialog } = this.takings;
    return looseDialog === null ? [...this.partings.dialogs] : [...this.partings.dialogs, looseDialog];
  }

  /** A decision transfers a party. */
  order(order: TransferOrder): void {
    const { state, exchange, view } = this.#call;
    if (state.transfers < MOST_TRANSFERS) this.run(new TransferStep(this.#call, order));
    else exchange.observer.stepFailed(view, "transfer", `the call has been transferred ${MOST_TRANSFERS} times`);
  }

  run(step: RunningTransfer): void {
    this.#running = step;
    this.#plan.begin(step);
  }

  /** Somebody has taken the place of whoever leaves. `other`: the dialog of his that another call has had. */
  succeeded(transfer: RunningTransfer, newcomer: Newcomer, other: Dialog | null): void {
    const { referral, place } = transfer;
    if (this.#plan.step === transfer) this.#plan.release();
    const left = reseat(this.#call, place, newcomer);
    this.#call.state.transfers++;
    const hasLeft = this.#bye !== null;
    this.#forget();
    if (left !== undefined && hasLeft) this.#call.exchange.index.removeDialog(left);
    const partings = [hasLeft ? null : left, other].flatMap((dialog) => (dialog ? [this.partings.add(dialog)] : []));
    const hangUp = (): void => {
      for (const parting of partings) parting.hangUp();
    };
    if (referral === null) hangUp();
    else referral.finish(200, "OK", hangUp);
    this.tell(transfer, { end: "connected", code: 200, reason: "OK", leg: legView(newcomer.leg) });
  }

  /** It has come to nothing: both talk on, unless whoever wanted to leave has left. */
  failed(transfer: RunningTransfer, best: FinalResponse): void {
    const bye = this.#bye;
    this.#forget();
    transfer.referral?.fail(best);
    const { code, reason } = presentable(best);
    this.tell(transfer, { end: "failed", code, reason: toText(reason), leg: null });
    if (bye !== null) this.#call.ending.onBye(transfer.place, bye);
    else if (this.#plan.step === transfer) this.#call.stepFailed();
  }

  /** A REFER that has been accepted leads nowhere. */
  failedAtOnce(referral: Referral, code: number): void {
    const reason = reasonPhrase(code);
    const { by, who, asked } = referral;
    referral.finish(code, reason);
    this.tell({ by, who, target: toText(asked.target) }, { end: "failed", code, reason, leg: null });
  }

  /** The call has something else to do, or is over. */
  givenUp(transfer: RunningTransfer): void {
    const bye = this.#bye;
    this.#forget();
    const reason = reasonPhrase(487);
    transfer.referral?.finish(487, reason);
    this.tell(transfer, { end: "failed", code: 487, reason, leg: null });
    if (bye === null || this.#call.state.end !== null) return;
    // What is done in its place is on its way: the end of the call comes after that.
    const owner = { expire: () => this.#call.ending.onBye(transfer.place, bye) };
    this.#call.startTimer(0, owner, "left");
  }

  tell(
    { who, by, target }: Pick<RunningTransfer, "who" | "by" | "target">,
    outcome: Pick<TransferredEvent, "end" | "code" | "reason" | "leg">,
  ): void {
    const { exchange, view } = this.#call;
    exchange.observer.transferEnded(view, outcome.end, `${who} to ${target}: ${outcome.code} ${outcome.reason}`);
    this.#call.emit({ type: "transferred", who, by, target, ...outcome });
  }

  /** Makes an offer to a side, as soon as no other is open; `then` gets what is to acknowledge the answer. */
  offer(dialog: Dialog, sdp: string, then: (outcome: Reinvited, reinvite: Reinvite) => void): void {
    const reinvite: Reinvite = new Reinvite(this.#call, dialog, sdp, (outcome) => then(outcome, reinvite));
    reinvite.start();
  }

  /** The leg of a target that has got the call. */
  keep(leg: Leg): void {
    this.#legs.push(leg);
  }

  /** Whoever leaves does not wait for the outcome (RFC 5589 §6): the transfer goes on. */
  takesBye(side: Side, request: SipRequest): boolean {
    if (this.#running?.place !== side) return false;
    this.#bye = request;
    return true;
  }

  /** The call has got further: whoever waits for that hears of it. */
  changed(): void {
    this.borrower?.lenderChanged();
  }

  /** The call is over. */
  end(code: number): void {
    // RFC 3261 §12.2.2: there is no dialog any more.
    this.referrals.refuse(481);
    this.takings.end();
    this.partings.hangUp();
    for (const reinvite of [...this.negotiations]) reinvite.callEnded();
    const { borrower } = this;
    this.borrower = null;
    borrower?.lenderEnded(code);
  }

  /** Nobody waits for what still comes. */
  release(): void {
    for (const leg of this.#legs) leg.release();
  }

  #forget(): void {
    this.#running = null;
    this.#bye = null;
  }
}
