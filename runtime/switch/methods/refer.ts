/**
 * REFER (RFC 3515): within a call it asks for a transfer, and ends here: what it refers to is called by the switch, never
 * by the other phone. Outside of calls there is nobody to transfer.
 */
import type { Side } from "../../sdp/offer-answer.ts";
import { refreshTarget } from "../../sip/dialog/dialog.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import type { Switch } from "../switch.ts";
import { parseRefer } from "../transfer/refer/refer-request.ts";
import { Referral } from "../transfer/refer/referral.ts";
import { referrerAt } from "../transfer/refer/referrer.ts";
import { MOST_TRANSFERS } from "../transfer/transfers.ts";
import { cannotProceed } from "./checks.ts";

const DECLINE = 603;
const PENDING = 491;

export function onRefer(call: Call, bridge: Bridge, by: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { state, exchange } = call;
  const { stack } = exchange;
  const parsed = parseRefer(request);
  if (!parsed.ok) {
    const { status, reason } = parsed;
    stack.reply(transaction, status, { reason });
    return;
  }
  if (state.answeredAt === null || state.transfers >= MOST_TRANSFERS) {
    stack.reply(transaction, DECLINE);
    return;
  }
  if (call.transferring?.isBusy === true) {
    stack.reply(transaction, PENDING);
    return;
  }
  const dialog = bridge[by];
  refreshTarget(dialog, request);
  const isFirst = state.refers++ === 0;
  const id = isFirst ? null : request.cseq.number;
  const parts = { asked: parsed.value, by, dialog, referrer: referrerAt(call, by), id };
  call.transfers.referrals.ask(new Referral(call, transaction, parts));
}

export function referOutsideOfCalls(sw: Switch, transaction: ServerTransaction): void {
  if (cannotProceed(sw, transaction)) return;
  const { stack, identity } = sw.parts;
  const toTag = stack.mint.tag();
  const who = identity.ofCaller(transaction);
  if (who.type === "refused") stack.reply(transaction, who.status, { toTag, fields: who.fields, reason: who.reason });
  else stack.reply(transaction, who.type === "user" ? DECLINE : 403, { toTag });
}
