/** A REFER within a call, from its arrival until its sender has heard how the transfer went. */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import type { Dialog } from "../../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../../sip/message/message.ts";
import type { ServerTransaction } from "../../../sip/transaction/layer.ts";
import { finalFor } from "../../call/best-response.ts";
import type { Call } from "../../call/call.ts";
import type { FinalResponse } from "../../call/call-state.ts";
import type { ReferRequest } from "./refer-request.ts";
import { ReferSubscription } from "./refer-subscription.ts";
import type { Referrer } from "./referrer.ts";

const TRYING = { code: 100, reason: "Trying" };

export interface ReferralParts {
  readonly asked: ReferRequest;
  readonly by: Side;
  readonly dialog: Dialog;
  readonly referrer: Referrer;
  /** The CSeq number of the REFER where it is not the first of the call. */
  readonly id: number | null;
}

export class Referral {
  readonly asked: ReferRequest;
  readonly by: Side;
  readonly dialog: Dialog;
  readonly referrer: Referrer;
  readonly #id: number | null;
  readonly #call: Call;
  #transaction: ServerTransaction | null;
  #subscription: ReferSubscription | null = null;

  constructor(call: Call, transaction: ServerTransaction, { asked, by, dialog, referrer, id }: ReferralParts) {
    this.#call = call;
    this.#transaction = transaction;
    this.asked = asked;
    this.by = by;
    this.dialog = dialog;
    this.referrer = referrer;
    this.#id = id;
  }

  /** The side that is to be connected with somebody else. */
  get who(): Side {
    return otherSide(this.by);
  }

  /** 202, and at once the first NOTIFY (RFC 3515 §2.4.4); none where the sender does not want any (RFC 4488 §4). */
  accept(): void {
    const { stack } = this.#call.exchange;
    const { contactUser } = this.#call;
    const { wantsNotify } = this.asked;
    const fields: readonly HeaderField[] = wantsNotify ? [] : [["Refer-Sub", "false"]];
    this.#reply(202, { contactUser, fields });
    if (!wantsNotify) return;
    const guard = (work: () => void): void => this.#call.guard(work);
    this.#subscription = new ReferSubscription(stack, { dialog: this.dialog, id: this.#id, contactUser, guard });
    this.progress(TRYING.code, TRYING.reason);
  }

  refuse(status: number, answer: { readonly reason?: string; readonly fields?: readonly HeaderField[] } = {}): void {
    this.#reply(status, answer);
  }

  progress(code: number, reason: string): void {
    this.#subscription?.progress(code, reason);
  }

  /** Nobody has taken the call that it asks for. */
  fail(best: FinalResponse): void {
    const { code, reason } = finalFor(this.referrer.isStranger, best);
    this.finish(code, reason);
  }

  /** `then`: there is nothing more to tell. */
  finish(code: number, reason: string, then: () => void = () => {}): void {
    if (this.#subscription === null) then();
    else this.#subscription.finish(code, reason, then);
  }

  #reply(status: number, answer: Parameters<Call["exchange"]["stack"]["reply"]>[2]): void {
    const transaction = this.#transaction;
    this.#transaction = null;
    if (transaction !== null) this.#call.exchange.stack.reply(transaction, status, answer);
  }
}
