/** The REFER of a call that waits for a decision, and what is decided on it. */
import type { Forward } from "../../../../sdk/decisions.ts";
import { toText, toWire } from "../../../base/text.ts";
import { formatReplaces } from "../../../sip/message/header/replaces.ts";
import type { HeaderField } from "../../../sip/message/message.ts";
import { escapeUser, formatHost, parseUri } from "../../../sip/message/uri.ts";
import type { Flow } from "../../../sip/transport/flow.ts";
import type { Call } from "../../call/call.ts";
import { AttendedStep } from "../attended-step.ts";
import { findDialog, type NamedDialog } from "../dialogs.ts";
import { type TransferOrder, TransferStep } from "../transfer-step.ts";
import type { Referral } from "./referral.ts";
import { referrerAt } from "./referrer.ts";

const DECLINE = 603;

export class Referrals {
  readonly #call: Call;
  #pending: Referral | null = null;

  constructor(call: Call) {
    this.#call = call;
  }

  get pending(): Referral | null {
    return this.#pending;
  }

  /** A phone wants the other side transferred: the script says whether, or the rule does. */
  ask(referral: Referral): void {
    this.#pending = referral;
    const { asked, by, referrer } = referral;
    if (!this.#call.session.handles("refer")) {
      this.decideByRule();
      return;
    }
    this.#call.emit({
      type: "refer",
      by,
      target: toText(asked.target),
      user: referrer.user,
      replaces: asked.replaces !== null,
      referredBy: asked.referredBy === null ? null : toText(asked.referredBy),
    });
  }

  /** Nobody has decided: a user of ours gets what he wants. */
  decideByRule(): void {
    if (this.#pending === null) return;
    if (this.#pending.referrer.user === null) this.refuse(DECLINE);
    // Not only begun: what is left of the plan that has brought the parties together is not for them any more.
    else this.#call.perform([{ type: "accept" }]);
  }

  /** Does what the REFER asks for. */
  accept(): void {
    const referral = this.#pending;
    if (referral === null) return;
    const { target, replaces } = referral.asked;
    const named = replaces === null ? undefined : findDialog(this.#call.exchange.index, replaces);
    if (replaces === null) {
      this.call(this.#take(referral), { type: "forward", targets: [toText(target)] });
    } else if (named === undefined || named.phase === "over") {
      if (!this.#isForeign(target)) this.#call.transfers.failedAtOnce(this.#take(referral), 481);
      else {
        const fields = [["Replaces", formatReplaces(replaces)] as const];
        this.call(this.#take(referral), { type: "forward", targets: [toText(target)] }, { fields });
      }
    } else if (this.#mayJoin(referral, named)) {
      this.#call.transfers.run(new AttendedStep(this.#call, this.#take(referral), named));
    } else {
      this.refuse(DECLINE);
    }
  }

  /** Transfers the party that the REFER is about to these targets, which are the script's own as at any other event. */
  follow(forward: Forward): void {
    const referral = this.#pending;
    if (referral === null) return;
    const mayLeave = this.#call.state.mayLeave || referral.referrer.mayLeave;
    this.call(this.#take(referral), forward, { mayLeave });
  }

  /** Has these targets called for a REFER that has been accepted; by default only where its sender may call himself. */
  call(
    referral: Referral,
    forward: Forward,
    { fields = [], mayLeave = referral.referrer.mayLeave }: Partial<Pick<TransferOrder, "fields" | "mayLeave">> = {},
  ): void {
    const { who, by } = referral;
    const order = { who, by, forward, mayLeave, referral, fields: [...this.#namesOf(referral), ...fields] };
    this.#call.transfers.run(new TransferStep(this.#call, order));
  }

  refuse(code: number, answer: { readonly reason?: string; readonly fields?: readonly HeaderField[] } = {}): void {
    const referral = this.#pending;
    this.#pending = null;
    referral?.refuse(code, answer);
  }

  #take(referral: Referral): Referral {
    this.#pending = null;
    referral.accept();
    return referral;
  }

  /** RFC 3892 §3: whoever is called hears on whose behalf. */
  #namesOf({ referrer: { user }, asked }: Referral): readonly HeaderField[] {
    const host = formatHost(this.#call.state.domain);
    const own = user === null ? null : `<sip:${escapeUser(toWire(user))}@${host}>`;
    const referredBy = asked.referredBy ?? own;
    return referredBy === null ? [] : [["Referred-By", referredBy]];
  }

  /** Nobody has dialogs joined that are not his own: they have to be of the same user, or with the same phone. */
  #mayJoin(referral: Referral, { call, side, phase }: NamedDialog): boolean {
    if (call === this.#call || (phase === "early" && side === "callee")) return false;
    const owner = referrerAt(call, side);
    if (owner.user !== null || referral.referrer.user !== null) return owner.user === referral.referrer.user;
    const flow = call.state.own?.caller.flow ?? call.state.bridges[0]?.[side].flow;
    return flow !== undefined && isSameWay(flow, referral.dialog.flow);
  }

  #isForeign(target: string): boolean {
    const uri = parseUri(target);
    return uri?.kind === "sip" && this.#call.exchange.directory.domainOf(uri.host, uri.port) === undefined;
  }
}

function isSameWay(one: Flow, other: Flow): boolean {
  return one.remoteAddress === other.remoteAddress && one.remotePort === other.remotePort;
}
