/** Checks that every request outside a dialog has to pass (RFC 3261 §8.2), and the answers where it does not. */
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Switch } from "../switch.ts";

/** What the switch takes, for Allow (RFC 3261 §20.5). */
export const ALLOW: HeaderField = [
  "Allow",
  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, MESSAGE, SUBSCRIBE, NOTIFY",
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

/** Answers 416 where the switch does not know the scheme of the Request-URI (RFC 3261 §8.2.2.1). */
export function unknownScheme(sw: Switch, transaction: ServerTransaction): boolean {
  const uri = transaction.request.requestUri;
  if (uri !== undefined && (uri.kind === "tel" || (uri.kind === "sip" && uri.scheme === "sip"))) return false;
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
