/** Checks that every request outside a dialog has to pass (RFC 3261 §8.2), and the answers where it does not. */
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { isSecure } from "../../sip/transport/flow.ts";
import { isEmergencyService } from "../emergency.ts";
import { unspokenOptions } from "../extensions.ts";
import type { Switch } from "../switch.ts";

/** What the switch takes, for Allow (RFC 3261 §20.5). */
export const ALLOW: HeaderField = [
  "Allow",
  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, PRACK, UPDATE, REFER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH",
];

export function notAllowed(sw: Switch, transaction: ServerTransaction): void {
  const { stack } = sw.parts;
  stack.reply(transaction, 405, { toTag: stack.mint.tag(), fields: [ALLOW] });
}

/** Answers 420 where an extension is required that the switch does not speak (RFC 3261 §8.2.2.3). */
export function unsupportedRequirement(sw: Switch, transaction: ServerTransaction): boolean {
  const unspoken = unspokenOptions(transaction.request);
  if (unspoken.length === 0) return false;
  const { stack } = sw.parts;
  stack.reply(transaction, 420, { toTag: stack.mint.tag(), fields: [["Unsupported", unspoken.join(", ")]] });
  return true;
}

/** Answers 416 where the switch does not know the scheme of the Request-URI (RFC 3261 §8.2.2.1). */
export function unknownScheme(sw: Switch, transaction: ServerTransaction): boolean {
  const { request, flow } = transaction;
  const uri = request.requestUri;
  // RFC 3261 §26.2.2: sips that has come where others read along is none.
  if (uri?.kind === "tel" || (uri?.kind === "sip" && (uri.scheme === "sip" || isSecure(flow)))) return false;
  if (request.method === "INVITE" && isEmergencyService(uri)) return false;
  const { stack } = sw.parts;
  stack.reply(transaction, 416, { toTag: stack.mint.tag() });
  return true;
}

/** Answers 416, 483 or 420 where a request cannot go on; `true` where it has been answered. */
export function cannotProceed(sw: Switch, transaction: ServerTransaction): boolean {
  if (unknownScheme(sw, transaction)) return true;
  if (transaction.request.maxForwards === 0) {
    const { stack } = sw.parts;
    stack.reply(transaction, 483, { toTag: stack.mint.tag() });
    return true;
  }
  return unsupportedRequirement(sw, transaction);
}
