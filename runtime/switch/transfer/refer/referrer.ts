/** Who sits at a side of a call: which user of ours, if any, and whether a foreign address may be called for him. */
import type { Side } from "../../../sdp/offer-answer.ts";
import type { Call } from "../../call/call.ts";
import { isStranger } from "../../stranger.ts";

export interface Referrer {
  /** The user of ours who has proved to be it, or whose registered phone we have called; `null`: somebody else. */
  readonly user: string | null;
  readonly mayLeave: boolean;
  /** Neither a user of ours nor a trunk: it does not learn who is here. */
  readonly isStranger: boolean;
}

const NOBODY: Referrer = { user: null, mayLeave: false, isStranger: true };

export function referrerAt({ state }: Call, side: Side): Referrer {
  const dialog = state.own?.caller ?? state.bridges[0]?.[side];
  if (dialog === undefined) return NOBODY;
  const leg = state.legs.find(({ callId, localTag }) => callId === dialog.callId && localTag === dialog.localTag);
  if (leg !== undefined) {
    const { owner, trunk } = leg;
    return {
      user: owner?.user ?? null,
      mayLeave: owner !== undefined,
      isStranger: owner === undefined && trunk === undefined,
    };
  }
  // Whoever has called, and nobody who has taken his place.
  if (dialog.callId !== state.invite.callId) return NOBODY;
  return { user: state.user, mayLeave: state.mayLeave, isStranger: isStranger(state) };
}
