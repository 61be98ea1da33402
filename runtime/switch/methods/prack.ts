/**
 * PRACK (RFC 3262): acknowledges a provisional response to the caller's INVITE. Where that response was a callee's, the
 * PRACK goes to the callee, with the numbers of its own dialog; else the switch answers.
 */
import { type Dialog, isInOrder } from "../../sip/dialog/dialog.ts";
import { parseRAck } from "../../sip/dialog/reliable.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import { findBridge } from "../call/bridge.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import { hasDescription } from "../call/description.ts";
import { startRelay } from "./relayed.ts";

export function onPrack(call: Call, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = call.exchange;
  const rack = parseRAck(request.headers.get("rack") ?? "");
  if (rack === undefined) {
    stack.reply(transaction, 400, { reason: "RAck Missing Or Malformed" });
    return;
  }
  const found = findBridge(call.state, request);
  const dialog: Dialog | undefined = found?.bridge[found.side] ?? call.state.own?.caller;
  if (dialog !== undefined && dialog.localTag === request.toTag && !isInOrder(dialog, request.cseq.number)) {
    stack.reply(transaction, 500);
    return;
  }
  // RFC 3262 §3: one that matches no response, or one that was acknowledged before.
  const isCaller = request.callId === call.state.invite.callId;
  const far = isCaller ? call.caller.acknowledge(request.toTag ?? "", rack) : undefined;
  if (far === undefined) stack.reply(transaction, 481);
  else if (far !== null && found !== undefined) passOn(call, found.bridge, transaction, far);
  else answer(call, transaction);
  call.caller.goOn();
}

function passOn(call: Call, bridge: Bridge, transaction: ServerTransaction, far: number): void {
  const leg = call.state.legs.find(({ id }) => id === bridge.legId);
  if (leg === undefined) call.exchange.stack.reply(transaction, 481);
  else startRelay(call, bridge, "caller", transaction, [["RAck", `${far} ${leg.cseq} INVITE`]]);
}

/** A PRACK for a response of our own may bring a new offer, once that response has answered the one before (RFC 3262 §5). */
function answer(call: Call, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = call.exchange;
  if (!hasDescription(request)) {
    stack.reply(transaction, 200);
    return;
  }
  const side = request.toTag === call.state.own?.caller.localTag ? call.audio.of("caller") : undefined;
  const answered = side?.answer(request.body);
  if (answered?.ok === true) {
    stack.reply(transaction, 200, { fields: [SDP_TYPE], body: answered.value });
    return;
  }
  // Deviation: RFC 3262 §5 knows no refusal of an offer in a PRACK; there is nobody here who could answer this one.
  stack.reply(transaction, 488);
}
