/**
 * Requests within a dialog whose audio ends at the switch: descriptions are answered here, each side for itself; what is
 * no description goes to the other side where there is one.
 */
import { toText } from "../../base/text.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import { type Dialog, isInOrder, refreshTarget } from "../../sip/dialog/dialog.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import type { Call } from "../call/call.ts";
import { hasDescription } from "../call/description.ts";
import { followConnection } from "../recovery/lost-flows.ts";
import { acceptSession, sessionTooShort } from "../session/agree.ts";
import type { Switch } from "../switch.ts";
import { onBye } from "./bye.ts";
import { notAllowed, unsupportedRequirement } from "./checks.ts";
import { emitInfo } from "./relayed.ts";

/** A request of a caller who talks to the switch alone. */
export function withinOwnDialog(sw: Switch, call: Call, dialog: Dialog, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = sw.parts;
  if (call.state.end !== null) {
    const farewell = request.method === "BYE" ? call.ending.farewellTo("caller") : null;
    stack.reply(transaction, farewell === null ? 481 : 200);
    farewell?.leave();
    return;
  }
  if (!isInOrder(dialog, request.cseq.number)) {
    stack.reply(transaction, 500);
    return;
  }
  followConnection(dialog, transaction);
  if (unsupportedRequirement(sw, transaction)) return;
  if (sessionTooShort(stack, call.exchange.sessionTerms, transaction)) return;
  switch (request.method) {
    case "BYE":
      onBye(call, "caller", transaction);
      break;
    case "INVITE":
    case "UPDATE":
      renegotiate(call, dialog, "caller", transaction);
      break;
    case "INFO":
      takeInfo(call, transaction);
      break;
    case "OPTIONS":
      stack.reply(transaction, 200);
      break;
    case "REFER":
      // There is nobody else in the call who could be transferred.
      stack.reply(transaction, 603);
      break;
    default:
      notAllowed(sw, transaction);
  }
}

/** INVITE and UPDATE where the audio ends here: a new offer of this side is answered, hold among them (RFC 3264 §8). */
export function renegotiate(call: Call, dialog: Dialog, role: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = call.exchange;
  const isInvite = request.method === "INVITE";
  if (isInvite && (call.state.answeredAt === null || call.caller.awaitsAck)) {
    // RFC 3261 §14.2: the INVITE before it is still open.
    stack.reply(transaction, 500, { fields: [["Retry-After", "1"]] });
    return;
  }
  if (call.audio.isReleasing || call.sessionTimers?.isInviting(role) === true) {
    // RFC 3261 §14.2: an INVITE of ours is under way.
    stack.reply(transaction, 491);
    return;
  }
  refreshTarget(dialog, request);
  const side = call.audio.of(role);
  if (side === undefined || !hasDescription(request)) answerRequest(call, role, transaction);
  else if (side.isPreparing) stack.reply(transaction, 500, { fields: [["Retry-After", "1"]] });
  else {
    side.prepare(request.body, (isThere) => {
      if (isThere) answerRequest(call, role, transaction);
      // RFC 3261 §15.1.2: the call has ended meanwhile.
      else stack.reply(transaction, 487);
    });
  }
}

function answerRequest(call: Call, role: Side, transaction: ServerTransaction): void {
  const { request } = transaction;
  const { stack } = call.exchange;
  const isInvite = request.method === "INVITE";
  const answer = answerTo(call, role, transaction);
  if (answer === undefined) return;
  const { cseq } = request;
  const session = acceptSession(call, role, request);
  const fields = answer === "" ? session : [SDP_TYPE, ...session];
  const text = stack.reply(transaction, 200, { contactUser: call.contactUser, fields, body: answer });
  if (isInvite) call.caller.expectAck(text, transaction, cseq.number);
}

/** Our description; empty where none is asked for, `undefined` where the request has been refused. */
function answerTo(call: Call, role: Side, transaction: ServerTransaction): string | undefined {
  const { request } = transaction;
  const side = call.audio.of(role);
  if (side === undefined) {
    call.exchange.stack.reply(transaction, 500);
    return undefined;
  }
  if (!hasDescription(request)) return request.method === "INVITE" ? side.offer() : "";
  const answered = side.answer(request.body);
  if (!answered.ok) {
    const { code, warning } = answered.problem;
    call.exchange.stack.reply(transaction, code, { fields: [["Warning", warning]] });
    return undefined;
  }
  const sdp = toText(request.body);
  const change = side.noteHold(request.body);
  if (request.method === "INVITE") call.emit({ type: "reinvite", by: role, sdp });
  if (change !== null) {
    call.audio.reunite();
    call.emit({ type: change, by: role });
  }
  return answered.value;
}

/** INFO to the switch itself: keys, or what a script understands. */
function takeInfo(call: Call, transaction: ServerTransaction): void {
  // The transaction lets go of its request with the answer.
  const { request } = transaction;
  call.exchange.stack.reply(transaction, 200);
  emitInfo(call, "caller", request);
}
