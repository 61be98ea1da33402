/** A call between two raw phones through the switch, up to the point that a test is about. */

import type { SipText } from "../../runtime/simulator/network/sip-text.ts";
import { type InviteOptions, invite, RawDialog } from "./raw-dialog.ts";
import { freshText, type RawPhone } from "./raw-phone.ts";
import { sdp, sdpFields } from "./sdp.ts";

export interface RingingCall {
  /** What the caller sent. */
  readonly invite: SipText;
  /** What the callee got. */
  readonly offered: SipText;
  /** What the caller heard of the ringing. */
  readonly ringing: SipText;
  /** The callee's To tag. */
  readonly tag: string;
}

export interface ConnectedCall extends RingingCall {
  readonly caller: RawDialog;
  readonly callee: RawDialog;
  /** The 200 as the caller got it. */
  readonly answered: SipText;
}

/** Calls `to` and has the callee ring. */
export async function ring(
  caller: RawPhone,
  callee: RawPhone,
  to: string,
  options: InviteOptions = {},
): Promise<RingingCall> {
  const sent = invite(caller, to, { body: sdp(6000), ...options });
  const offered = await callee.expect("INVITE");
  const tag = freshText("t");
  callee.answer(offered, 180, { reason: "Ringing", toTag: tag, fields: [["Contact", callee.contact]] });
  const ringing = await caller.expect("180 INVITE");
  return { invite: sent, offered, ringing, tag };
}

/** The callee answers: 200 with SDP. */
export function answer(callee: RawPhone, call: Pick<RingingCall, "offered" | "tag">, body = sdp(7000)): void {
  callee.answer(call.offered, 200, {
    reason: "OK",
    toTag: call.tag,
    fields: [["Contact", callee.contact], ["Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, UPDATE, INFO"], ...sdpFields],
    body,
  });
}

/** A call that is up: ringing, answered, acknowledged end to end. */
export async function connectCall(
  caller: RawPhone,
  callee: RawPhone,
  to: string,
  options: InviteOptions = {},
): Promise<ConnectedCall> {
  const call = await ring(caller, callee, to, options);
  answer(callee, call);
  const answered = await caller.expect("200 INVITE");
  const callerSide = RawDialog.ofCaller(caller, call.invite, answered);
  callerSide.ack(call.invite);
  await callee.expect("ACK");
  return { ...call, answered, caller: callerSide, callee: RawDialog.ofCallee(callee, call.offered, call.tag) };
}

/** One side hangs up; both sides get what they must. */
export async function hangUp(from: RawDialog, to: RawDialog): Promise<void> {
  from.request("BYE");
  const bye = await to.phone.expect("BYE");
  to.phone.answer(bye, 200, { reason: "OK" });
  await from.phone.expect("200 BYE");
}
