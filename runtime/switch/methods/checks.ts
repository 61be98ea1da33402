/** Checks that every request outside a dialog has to pass (RFC 3261 §8.2), and the answers where it does not. */
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Switch } from "../switch.ts";

/** What the switch takes, for Allow (RFC 3261 §20.5). */
export const ALLOW: HeaderField = [
  "Allow",
  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, MESSAGE, NOTIFY",
];

export function notAllowed(sw: Switch, transaction: ServerTransaction): void {
  const { stack } = sw.parts;
  stack.reply(transaction, 405, { toTag: stack.mint.tag(), fields: [ALLOW] });
}

/** Answers 420 where an extension is required that the switch does not speak (RFC 3261 §8.2.2.3). */
export function unsupportedRequirement(sw: Switch, transaction: ServerTransaction): boolean {
  const { headers } = transaction.request;
  if (!headers.has("require") && !headers.has("proxy-require")) return false;
  const required = [...headers.list("require"), ...headers.list("proxy-require")];
  const { stack } = sw.parts;
  stack.reply(transaction, 420, { toTag: stack.mint.tag(), fields: [["Unsupported", required.join(", ")]] });
  return true;
}

/** Answers 416 and 483 where a request cannot go on; `true` where it has been answered. */
export function cannotProceed(sw: Switch, transaction: ServerTransaction): boolean {
  const { request } = transaction;
  const { stack } = sw.parts;
  const uri = request.requestUri;
  const isKnownScheme = uri !== undefined && (uri.kind === "tel" || (uri.kind === "sip" && uri.scheme === "sip"));
  const status = !isKnownScheme ? 416 : request.maxForwards === 0 ? 483 : 0;
  if (status === 0) return unsupportedRequirement(sw, transaction);
  stack.reply(transaction, status, { toTag: stack.mint.tag() });
  return true;
}
