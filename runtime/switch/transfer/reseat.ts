/**
 * Has somebody take the place of a side in a call: his dialog stands in the bridge from now on, and his audio is heard
 * where it ends here. The roles are places: whoever takes the caller's is the caller.
 */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Session } from "../../sip/dialog/session-timer.ts";
import type { AudioSide } from "../audio/audio-side.ts";
import type { Call } from "../call/call.ts";
import type { Bridge, LegState } from "../call/call-state.ts";
import { moveSession } from "../session/agree.ts";

/** Who comes, and what both sides have agreed on with each other, or each with us. */
export interface Newcomer {
  readonly dialog: Dialog;
  readonly leg: LegState;
  /** Both have audio here, or neither has. */
  readonly audio: AudioSide | null;
  readonly keptAudio: AudioSide | null;
  readonly description: string | null;
  readonly keptDescription: string | null;
  /** What has been agreed on with who comes about how long the call lasts (RFC 4028). @default nothing */
  readonly session?: Session | null;
}

/** Returns the dialog of whoever was there before. */
export function reseat(call: Call, place: Side, newcomer: Newcomer): Dialog | undefined {
  const { state } = call;
  const [before] = state.bridges;
  if (before === undefined) return undefined;
  const kept = otherSide(place);
  const left = before[place];
  const { dialog, leg, audio, keptAudio, description, keptDescription } = newcomer;
  for (const other of state.legs) {
    if (other.callId !== left.callId || other.localTag !== left.localTag) continue;
    other.state = "ended";
    if (other.trunk !== undefined) call.exchange.trunks?.leases.release(other.trunk.line);
  }
  if (left.callId === state.invite.callId) call.exchange.trunks?.leases.release(state.id);
  leg.state = "answered";
  const bridge: Bridge = {
    legId: place === "callee" ? leg.id : before.legId,
    caller: place === "caller" ? dialog : before.caller,
    callee: place === "callee" ? dialog : before.callee,
    media: { open: null, caller: null, callee: null },
    invite: null,
    isAnchored: audio !== null,
  };
  bridge.media[place] = description;
  bridge.media[kept] = keptDescription;
  state.bridges = [bridge];
  moveSession(call, place, newcomer.session ?? null);
  if (audio !== null && keptAudio !== null) {
    call.audio.seat(place, audio, leg.id);
    call.audio.seat(kept, keptAudio, kept === "callee" ? bridge.legId : "");
    call.audio.reunite();
  }
  return left;
}

/** A side that comes with a dialog from elsewhere, as the call keeps the sides that it has called. */
export function legOf(
  dialog: Dialog,
  {
    id,
    target,
    isOurs,
    owner,
    trunk,
  }: Pick<LegState, "id" | "target" | "owner" | "trunk"> & { readonly isOurs: boolean },
): LegState {
  const { callId, localTag, localParty, remoteParty, remoteTarget, flow } = dialog;
  const cseq = isOurs ? 1 : 0;
  const hop = { type: "flow", flow } as const;
  const parties = { localParty, remoteParty, owner, trunk };
  return { id, target, uri: remoteTarget, hop, callId, localTag, ...parties, cseq, lastCseq: cseq, state: "answered" };
}
