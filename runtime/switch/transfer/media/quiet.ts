/** When an offer of ours can be made within a call, and who waits longer where two are made at once. */
import { mayOffer } from "../../../sdp/offer-answer.ts";
import type { Dialog } from "../../../sip/dialog/dialog.ts";
import type { Call } from "../../call/call.ts";

/** Whether a new offer can be made in the call: no INVITE is open, and no offer waits for its answer. */
export function isQuiet(call: Call): boolean {
  const [bridge] = call.state.bridges;
  if (bridge === undefined || call.caller.awaitsAck || call.transferring?.isNegotiating === true) return false;
  if (bridge.invite !== null && bridge.invite.state !== "acknowledged") return false;
  return mayOffer(bridge.media) && !(call.hasAudio && call.audio.isReleasing);
}

/** Whether we have made the Call-ID of a dialog: that of a side which we have called. */
export function isOurs({ state }: Call, { callId }: Dialog): boolean {
  return state.legs.some((leg) => leg.callId === callId && leg.cseq > 0);
}
