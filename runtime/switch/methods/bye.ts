/** BYE within a call: answered at once, and the other side is hung up (RFC 3261 §15). */
import type { Side } from "../../sdp/offer-answer.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Call } from "../call/call.ts";

export function onBye(call: Call, side: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  // RFC 3261 §15: a callee ends an early dialog by its final response, never by BYE.
  if (side === "callee" && call.state.answeredAt === null) {
    call.exchange.stack.reply(transaction, 481);
    return;
  }
  call.exchange.stack.reply(transaction, 200);
  if (call.transferring?.takesBye(side, request) !== true) call.ending.onBye(side, request);
}
