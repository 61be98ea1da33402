/** BYE to the sides of a bridge (RFC 3261 §15). */
import type { Side } from "../../sdp/offer-answer.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import { acknowledge } from "./bridge.ts";
import type { Call } from "./call.ts";
import type { Bridge } from "./call-state.ts";

/** The call whose dialogs they are. */
export type Speaker = Pick<Call, "exchange" | "lastWords">;

/** Hangs up both sides but those that are spared: one that has hung up itself, one that has not acknowledged its 2xx yet. */
export function hangUpBridge(
  call: Speaker,
  bridge: Bridge,
  fields: readonly HeaderField[],
  spared: readonly (Side | undefined)[],
): void {
  const { invite } = bridge;
  // A 2xx of theirs must be acknowledged before it is hung up (RFC 3261 §13.2.2.4, §15).
  if (invite?.state === "answered") {
    invite.state = "acknowledged";
    acknowledge(call.exchange.stack, bridge, invite);
  }
  for (const side of ["caller", "callee"] as const) {
    if (!spared.includes(side)) sendBye(call, bridge[side], fields);
  }
}

export function sendBye(call: Speaker, dialog: Dialog, fields: readonly HeaderField[]): void {
  dialog.localCseq++;
  const bye = requestWithin(dialog, "BYE", dialog.localCseq);
  bye.fields.push(["Max-Forwards", "70"], ...fields);
  call.exchange.stack.send(bye, call.lastWords.bye(dialog));
}
