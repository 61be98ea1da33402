/** Who sits at a side of a call: which user of ours, if any, and whether a foreign address may be called for him. */
import type { Side } from "../../../sdp/offer-answer.ts";
import type { Call } from "../../call/call.ts";

export interface Referrer {
  /** The user of ours who has proved to be it, or whose registered phone we have called; `null`: somebody else. */
  readonly user: string | null;
  readonly mayLeave: boolean;
}

const NOBODY: Referrer = { user: null, mayLeave: false };

export function referrerAt({ state }: Call, side: Side): Referrer {
  const dialog = state.own?.caller ?? state.bridges[0]?.[side];
  if (dialog === undefined) return NOBODY;
  const leg = state.legs.find(({ callId, localTag }) => callId === dialog.callId && localTag === dialog.localTag);
  if (leg !== undefined) return { user: leg.owner?.user ?? null, mayLeave: leg.owner !== undefined };
  // Whoever has called, and nobody who has taken his place.
  return dialog.callId === state.invite.callId ? { user: state.user, mayLeave: state.mayLeave } : NOBODY;
}
