/**
 * A 2xx to an INVITE whose transaction was an earlier process's, or has run out: without an ACK the other side says it
 * again for half a minute, and then takes the call for dead (RFC 3261 §13.3.1.4).
 */
import { requestWithin } from "../../sip/dialog/dialog.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import { acknowledge } from "../call/bridge.ts";
import type { CallState } from "../call/call-state.ts";
import type { CallIndex } from "../call-index.ts";

export function takeLateAnswer(index: CallIndex, stack: SipStack, response: SipResponse): void {
  const { status, cseq, callId, fromTag = "", toTag = "" } = response;
  if (cseq.method !== "INVITE" || status < 200 || status >= 300) return;
  const call = index.byDialog({ callId, toTag: fromTag });
  call?.guard(() => answer(call.state, stack, { cseq: cseq.number, callId, fromTag, toTag }));
}

function answer(
  { bridges, own }: CallState,
  stack: SipStack,
  late: { readonly cseq: number; readonly callId: string; readonly fromTag: string; readonly toTag: string },
): void {
  const dialogs = bridges.flatMap(({ caller, callee }) => [caller, callee]);
  if (own !== null) dialogs.push(own.caller);
  const dialog = dialogs.find(({ callId, localTag, remoteTag }) => {
    return callId === late.callId && localTag === late.fromTag && remoteTag === late.toTag;
  });
  if (dialog === undefined) return;
  const bridge = bridges.find(({ caller, callee }) => caller === dialog || callee === dialog);
  const invite = bridge?.invite ?? null;
  if (bridge !== undefined && invite !== null && invite.cseqOut === late.cseq && bridge[invite.by] !== dialog) {
    // Where the ACK of the other side is still to come, it brings ours with it.
    acknowledge(stack, bridge, invite);
    return;
  }
  const ack = requestWithin(dialog, "ACK", late.cseq);
  ack.fields.push(["Max-Forwards", "70"]);
  stack.sendAck(ack);
}
