/** Which file handles which method. */

import { type Dialog, isInOrder } from "../../sip/dialog/dialog.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { findBridge } from "../call/bridge.ts";
import type { Call } from "../call/call.ts";
import { goesOn } from "../proxy/goes-on.ts";
import { relayOutside } from "../proxy/outside.ts";
import { relayWithin } from "../proxy/within.ts";
import { followConnection } from "../recovery/lost-flows.ts";
import { sessionTooShort } from "../session/agree.ts";
import type { Switch } from "../switch.ts";
import { renegotiate, withinOwnDialog } from "./anchored.ts";
import { whileAsked } from "./asked.ts";
import { onBye } from "./bye.ts";
import { notAllowed, unsupportedRequirement } from "./checks.ts";
import { updateWhileRinging } from "./early-leg.ts";
import { onInvite } from "./invite.ts";
import { onMessage } from "./message.ts";
import { onOptions } from "./options.ts";
import { onPrack } from "./prack.ts";
import { onPublish } from "./publish.ts";
import { onRefer, referOutsideOfCalls } from "./refer.ts";
import { onRegister } from "./register.ts";
import { onReinvite } from "./reinvite.ts";
import { relayRequest } from "./relayed.ts";
import { onSubscribe } from "./subscribe.ts";

type OutOfCalls = (sw: Switch, transaction: ServerTransaction) => void;

/** Methods that may begin something; SUBSCRIBE has dialogs of its own. */
const beginning: { readonly [method: string]: OutOfCalls } = {
  INVITE: onInvite,
  OPTIONS: onOptions,
  MESSAGE: onMessage,
  PUBLISH: onPublish,
  REFER: referOutsideOfCalls,
  REGISTER: onRegister,
  SUBSCRIBE: onSubscribe,
};

/** Methods that exist only within a dialog (RFC 3261 §12.2.2: without one, 481). */
const NEEDS_DIALOG: ReadonlySet<string> = new Set(["BYE", "INFO", "UPDATE", "PRACK", "NOTIFY"]);
/** Methods that a call does not take. */
const NOT_IN_CALL: ReadonlySet<string> = new Set(["REGISTER", "PUBLISH", "SUBSCRIBE"]);

/** A request that belongs to no call. */
export function outOfCalls(sw: Switch, transaction: ServerTransaction): void {
  const { method } = transaction.request;
  const handle = Object.hasOwn(beginning, method) ? beginning[method] : undefined;
  // OPTIONS may be for a script to answer, whomever it is for.
  if (method !== "OPTIONS" && goesOn(sw, transaction.request, handle !== undefined)) relayOutside(sw, transaction);
  else if (method === "SUBSCRIBE" && relayWithin(sw, transaction)) return;
  else if (handle !== undefined) handle(sw, transaction);
  else if (NEEDS_DIALOG.has(method)) sw.parts.stack.reply(transaction, 481, { toTag: sw.parts.stack.mint.tag() });
  else notAllowed(sw, transaction);
}

/** A request within a call. */
export function withinDialog(sw: Switch, call: Call, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = sw.parts;
  if (request.method === "PRACK" && call.state.end === null) {
    if (!unsupportedRequirement(sw, transaction)) onPrack(call, transaction);
    return;
  }
  const own = call.state.own?.caller;
  if (own !== undefined && isWithin(own, request)) {
    withinOwnDialog(sw, call, own, transaction);
    return;
  }
  const found = findBridge(call.state, request);
  const asked = found === undefined ? call.legs.confirmations?.ofCallId(request.callId) : undefined;
  if (asked !== undefined) {
    whileAsked(sw, asked, transaction);
    return;
  }
  if (found === undefined) {
    const isTaken = call.transferring?.partings.takes(transaction) === true;
    if (!isTaken && !updateWhileRinging(call, transaction)) stack.reply(transaction, 481);
    return;
  }
  const { bridge, side } = found;
  if (call.state.end !== null) {
    // What is left of the call waits for an ACK, and takes a BYE in its place.
    const farewell = request.method === "BYE" ? call.ending.farewellTo(side) : null;
    stack.reply(transaction, farewell === null ? 481 : 200);
    farewell?.leave();
    return;
  }
  if (!isInOrder(bridge[side], request.cseq.number)) {
    stack.reply(transaction, 500);
    return;
  }
  const { method } = request;
  followConnection(bridge[side], transaction);
  if (NOT_IN_CALL.has(method)) notAllowed(sw, transaction);
  else if (unsupportedRequirement(sw, transaction)) return;
  else if (sessionTooShort(stack, call.exchange.sessionTerms, transaction)) return;
  else if (method === "BYE") onBye(call, side, transaction);
  else if (method === "REFER") onRefer(call, bridge, side, transaction);
  // RFC 3261 §14.2: an offer of ours is open.
  else if (call.transferring?.isNegotiating === true && makesOffer(request)) stack.reply(transaction, 491);
  else if (bridge.isAnchored && (method === "INVITE" || method === "UPDATE"))
    renegotiate(call, bridge[side], side, transaction);
  else if (method === "INVITE") onReinvite(call, bridge, side, transaction);
  else relayRequest(call, bridge, side, transaction);
}

function makesOffer(request: SipRequest): boolean {
  return request.method === "INVITE" || (request.method === "UPDATE" && request.body !== "");
}

function isWithin(dialog: Dialog, request: SipRequest): boolean {
  return (
    request.toTag === dialog.localTag &&
    request.callId === dialog.callId &&
    (request.fromTag ?? "") === dialog.remoteTag
  );
}
