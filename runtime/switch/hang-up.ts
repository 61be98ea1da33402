/** BYE to the sides of a bridge (RFC 3261 §15). */
import type { Side } from "../sdp/offer-answer.ts";
import { requestWithin } from "../sip/dialog/dialog.ts";
import type { HeaderField } from "../sip/message/message.ts";
import type { SipStack } from "../sip/stack.ts";
import { acknowledge } from "./bridge.ts";
import type { Bridge } from "./call-state.ts";
import { UNHEARD } from "./leg.ts";

/** Hangs up both sides but the one that has hung up itself. */
export function hangUpBridge(
  stack: SipStack,
  bridge: Bridge,
  fields: readonly HeaderField[],
  hungUpBy: Side | undefined,
): void {
  const { invite } = bridge;
  // A 2xx of theirs must be acknowledged before it is hung up (RFC 3261 §13.2.2.4, §15).
  if (invite?.state === "answered") {
    invite.state = "acknowledged";
    acknowledge(stack, bridge);
  }
  for (const side of ["caller", "callee"] as const) {
    if (side === hungUpBy) continue;
    const dialog = bridge[side];
    dialog.localCseq++;
    const bye = requestWithin(dialog, "BYE", dialog.localCseq);
    bye.fields.push(["Max-Forwards", "70"], ...fields);
    stack.send({ ...bye, method: "BYE" }, UNHEARD);
  }
}
