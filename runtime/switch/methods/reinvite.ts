/** INVITE within a call (RFC 3261 §14): relayed, one at a time. */

import { toText } from "../../base/text.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import { startRelay } from "./relayed.ts";

export function onReinvite(call: Call, bridge: Bridge, side: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = call.exchange;
  const { invite } = bridge;
  if (call.state.answeredAt === null) {
    // RFC 3261 §14.2: the INVITE that made the dialog has no final response yet: the caller's own, and ours to a callee.
    if (side === "caller") refuseForNow(stack, transaction);
    else stack.reply(transaction, 491);
    return;
  }
  if (invite !== null && invite.state !== "acknowledged") {
    // RFC 3261 §14.2: the sender's own INVITE is still open: 500; one of the other side is: 491.
    if (invite.by === side) {
      refuseForNow(stack, transaction);
    } else {
      stack.reply(transaction, 491);
    }
    return;
  }
  const sdp = request.body === "" ? null : toText(request.body);
  if (!startRelay(call, bridge, side, transaction)) return;
  call.emit({ type: "reinvite", by: side, sdp });
}

function refuseForNow(stack: SipStack, transaction: ServerTransaction): void {
  stack.reply(transaction, 500, { fields: [["Retry-After", String(Math.floor(Math.random() * 10))]] });
}
