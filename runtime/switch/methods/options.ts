/** OPTIONS outside a dialog: what the switch can do (RFC 3261 §11.2). */
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Switch } from "../switch.ts";
import { ALLOW, unknownScheme, unsupportedRequirement } from "./checks.ts";

export function onOptions(sw: Switch, transaction: ServerTransaction): void {
  if (unknownScheme(sw, transaction) || unsupportedRequirement(sw, transaction)) return;
  const { stack, subscriptions } = sw.parts;
  stack.reply(transaction, 200, {
    toTag: stack.mint.tag(),
    contactUser: "strowger",
    fields: [
      ALLOW,
      ["Accept", "application/sdp"],
      ["Accept-Encoding", "identity"],
      ["Accept-Language", "en"],
      ["Supported", ""],
      // RFC 6665 §4.4.4.
      ...(subscriptions === undefined ? [] : [["Allow-Events", subscriptions.allowEvents] as const]),
    ],
  });
}
