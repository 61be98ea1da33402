/** Which dialog of ours a Replaces names (RFC 3891 §3): in which call, with which side, and how far it has come. */
import type { Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { DialogName } from "../../sip/message/header/replaces.ts";
import type { Call } from "../call/call.ts";
import type { LegState } from "../call/call-state.ts";
import type { CallIndex } from "../call-index.ts";

export interface NamedDialog {
  readonly call: Call;
  readonly side: Side;
  /** `early`: it has no final response yet. `over`: it has been hung up. */
  readonly phase: "early" | "confirmed" | "over";
  /** The side that rings, where it is one. */
  readonly leg: LegState | null;
}

export function findDialog(index: CallIndex, name: DialogName): NamedDialog | undefined {
  const call = index.byDialog(name);
  if (call === undefined) return undefined;
  const { state } = call;
  const phase = state.end !== null ? "over" : state.answeredAt === null ? "early" : "confirmed";
  for (const side of ["caller", "callee"] as const) {
    if (state.bridges.some((bridge) => isNamed(bridge[side], name))) {
      const leg = side === "callee" && phase === "early" ? ringingLeg(call, name) : null;
      return { call, side, phase, leg };
    }
  }
  if (state.own !== null && isNamed(state.own.caller, name)) return { call, side: "caller", phase, leg: null };
  // A phone that rings with an offer of ours has no part in a bridge yet.
  const leg = ringingLeg(call, name);
  return leg === null ? undefined : { call, side: "callee", phase: "early", leg };
}

export function isNamed({ callId, localTag, remoteTag }: Dialog, { callId: id, toTag, fromTag }: DialogName): boolean {
  return callId === id && localTag === toTag && remoteTag === fromTag;
}

function ringingLeg({ state }: Call, { callId, toTag, fromTag }: DialogName): LegState | null {
  const found = state.legs.find((leg) => {
    const rings = leg.state === "calling" || leg.state === "ringing";
    return rings && leg.callId === callId && leg.localTag === toTag && (leg.remoteTag ?? fromTag) === fromTag;
  });
  return found ?? null;
}
