/**
 * Whether one side has put the call on hold, by what it says of its audio (RFC 3264 §8.4): it wants to receive nothing
 * any more, by direction or, as RFC 2543 had it, by address 0.0.0.0.
 */
import { isNowhere } from "./address.ts";
import { parseDescription } from "./description.ts";
import { canReceive, canSend } from "./direction.ts";
import type { MediaSection } from "./media-section.ts";

/**
 * What a new description of a side, which was on hold before or not, changes. `answered` is the offer of the other side
 * that it answers, where it does: who answers an offer that sends nothing has no choice, and says nothing about hold.
 */
export function holdChange(wasHolding: boolean, sdp: string, answered: string | null = null): "hold" | "resume" | null {
  const isHolding = holds(sdp, answered);
  if (isHolding === null || isHolding === wasHolding) return null;
  return isHolding ? "hold" : "resume";
}

function holds(sdp: string, answered: string | null): boolean | null {
  const audio = audioOf(sdp);
  if (audio === null) return null;
  // With ICE the candidates say where, and the address nothing.
  const isThere = audio.ice !== null || !isNowhere(audio.address ?? "");
  if (canReceive(audio.direction) && isThere) return false;
  const offered = answered === null ? null : audioOf(answered);
  return offered === null || canSend(offered.direction) ? true : null;
}

/** What cannot be read, or has no audio, says nothing. */
function audioOf(sdp: string): MediaSection | null {
  const description = parseDescription(sdp);
  if (!description.ok) return null;
  return description.value.media.find(({ media, port }) => media === "audio" && port !== 0) ?? null;
}
