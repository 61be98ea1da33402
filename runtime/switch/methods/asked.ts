/** Requests of a side that has answered and is asked whether it takes the call: it talks to the switch alone. */
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { keyOfInfo } from "../audio/info-key.ts";
import type { Confirmation } from "../confirm/confirmation.ts";
import type { Switch } from "../switch.ts";
import { notAllowed, unsupportedRequirement } from "./checks.ts";

export function whileAsked(sw: Switch, asked: Confirmation, transaction: ServerTransaction): void {
  const { stack } = sw.parts;
  // The transaction lets go of its request with the answer.
  const { request } = transaction;
  if (request.fromTag !== asked.response.toTag || request.toTag !== asked.leg.state.localTag) {
    stack.reply(transaction, 481);
    return;
  }
  if (unsupportedRequirement(sw, transaction)) return;
  switch (request.method) {
    case "BYE":
      stack.reply(transaction, 200);
      asked.left();
      break;
    case "INFO": {
      stack.reply(transaction, 200);
      const key = keyOfInfo(request);
      if (key !== null) asked.takeKey(key);
      break;
    }
    case "OPTIONS":
      stack.reply(transaction, 200);
      break;
    case "INVITE":
    case "UPDATE":
      // RFC 3261 §14.2: not now; it is about to be answered, or to be over.
      stack.reply(transaction, 500, { fields: [["Retry-After", "5"]] });
      break;
    default:
      notAllowed(sw, transaction);
  }
}
