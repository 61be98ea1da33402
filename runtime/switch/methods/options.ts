/**
 * OPTIONS outside a dialog (RFC 3261 §11): what the switch can do, or the phone of a user, who answers as he would answer an
 * INVITE. A script that handles `options` is asked first.
 */
import { parseAccess } from "../../contract/request-decision.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { ALL_SPOKEN } from "../extensions.ts";
import { goesOn } from "../proxy/goes-on.ts";
import { relayOutside } from "../proxy/outside.ts";
import { askScript, scriptFor } from "../requests/ask-script.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Switch } from "../switch.ts";
import { domainOf } from "./addressed.ts";
import { ALLOW, unknownScheme, unsupportedRequirement } from "./checks.ts";
import { refusalOf, refuse } from "./refuse.ts";

export function onOptions(sw: Switch, transaction: ServerTransaction): void {
  const domain = domainOf(sw, transaction.request.requestUri);
  const script = domain === undefined ? undefined : scriptFor(sw, transaction, "options", domain);
  if (domain === undefined || script === undefined) {
    answer(sw, transaction);
    return;
  }
  if (unknownScheme(sw, transaction) || unsupportedRequirement(sw, transaction)) return;
  const parts = requestEvent(transaction, { id: sw.parts.stack.mint.callName(), user: null, domain });
  askScript(sw, transaction, { asked: script, event: { ...parts, type: "options" }, parse: parseAccess }, (said) => {
    if (said.type === "refused") refuse(sw, transaction, { status: said.code });
    else if (said.type === "nothing") answer(sw, transaction);
    else if (said.value.type === "reject") refuse(sw, transaction, refusalOf(said.value));
    else answerHere(sw, transaction);
  });
}

function answer(sw: Switch, transaction: ServerTransaction): void {
  if (goesOn(sw, transaction.request, true)) relayOutside(sw, transaction);
  else if (!unknownScheme(sw, transaction) && !unsupportedRequirement(sw, transaction)) answerHere(sw, transaction);
}

/** RFC 3261 §11.2. */
function answerHere(sw: Switch, transaction: ServerTransaction): void {
  const { stack, subscriptions } = sw.parts;
  stack.reply(transaction, 200, {
    toTag: stack.mint.tag(),
    contactUser: "strowger",
    fields: [
      ALLOW,
      ["Accept", "application/sdp"],
      ["Accept-Encoding", "identity"],
      ["Accept-Language", "en"],
      ["Supported", ALL_SPOKEN],
      // RFC 6665 §4.4.4.
      ...(subscriptions === undefined ? [] : [["Allow-Events", subscriptions.allowEvents] as const]),
    ],
  });
}
