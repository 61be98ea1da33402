/** Requests within a call that go to the other side as they are: INFO, UPDATE, MESSAGE, OPTIONS, and any unknown method. */
import { toText } from "../../base/text.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import { mayOffer } from "../../sdp/offer-answer.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { keyOfInfo } from "../audio/info-key.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import { Relay } from "../call/relay.ts";

/** Requests on their way across one call at once. */
const MOST_RELAYS = 16;

export function relayRequest(call: Call, bridge: Bridge, side: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  if (request.method === "UPDATE" && request.body !== "" && !mayOffer(bridge.media)) {
    // RFC 3311 §5.2: an offer is open; whose it is decides on the answer.
    const isOwn = bridge.media.open === side;
    call.exchange.stack.reply(transaction, isOwn ? 500 : 491, isOwn ? { fields: [["Retry-After", "2"]] } : {});
    return;
  }
  if (startRelay(call, bridge, side, transaction) && request.method === "INFO") emitInfo(call, side, request);
}

/** Sends a request to the other side; `false` where it has been refused. */
export function startRelay(
  call: Call,
  bridge: Bridge,
  side: Side,
  transaction: ServerTransaction,
  own?: readonly HeaderField[],
): boolean {
  const { stack } = call.exchange;
  if (transaction.request.maxForwards === 0) {
    stack.reply(transaction, 483);
    return false;
  }
  if (call.relays.size >= MOST_RELAYS) {
    stack.reply(transaction, 500, { fields: [["Retry-After", "1"]] });
    return false;
  }
  new Relay(call, bridge, side, transaction, own).start();
  return true;
}

/** What a script hears of an INFO: a key, where it is one, and the INFO itself. */
export function emitInfo(call: Call, by: Side, request: SipRequest): void {
  const { headers } = request;
  const key = keyOfInfo(request);
  if (key !== null) call.audio.pressed(by, key, "info");
  call.emit({
    type: "info",
    by,
    package: textOf(headers.get("info-package")),
    contentType: textOf(headers.get("content-type")),
    body: toText(request.body),
  });
}

function textOf(value: string | undefined): string | null {
  return value === undefined ? null : toText(value);
}
