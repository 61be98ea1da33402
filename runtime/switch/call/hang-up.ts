/** BYE to the sides of a bridge (RFC 3261 §15). */
import type { Side } from "../../sdp/offer-answer.ts";
import type { RequestUser } from "../../sip/client-request.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import { acknowledge } from "./bridge.ts";
import type { Bridge } from "./call-state.ts";
import { UNHEARD } from "./leg.ts";

/** Hangs up both sides but those that are spared: one that has hung up itself, one that has not acknowledged its 2xx yet. */
export function hangUpBridge(
  stack: SipStack,
  bridge: Bridge,
  fields: readonly HeaderField[],
  spared: readonly (Side | undefined)[],
): void {
  const { invite } = bridge;
  // A 2xx of theirs must be acknowledged before it is hung up (RFC 3261 §13.2.2.4, §15).
  if (invite?.state === "answered") {
    invite.state = "acknowledged";
    acknowledge(stack, bridge, invite);
  }
  for (const side of ["caller", "callee"] as const) {
    if (!spared.includes(side)) sendBye(stack, bridge[side], fields);
  }
}

export function sendBye(
  stack: SipStack,
  dialog: Dialog,
  fields: readonly HeaderField[],
  user: RequestUser = UNHEARD,
): void {
  dialog.localCseq++;
  const bye = requestWithin(dialog, "BYE", dialog.localCseq);
  bye.fields.push(["Max-Forwards", "70"], ...fields);
  stack.send(bye, user);
}
