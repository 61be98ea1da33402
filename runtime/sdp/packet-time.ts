/** How much audio a packet of ours holds: as the other side wants it (RFC 8866 §6.4, §6.5), within what we can do. */
import type { CodecName } from "../port/media.ts";
import type { MediaSection } from "./media-section.ts";

export const DEFAULT_PTIME_MS = 20;
const SHORTEST_MS = 10;
const LONGEST_MS = 60;

export function packetTimeMs(
  codec: CodecName,
  section: Pick<MediaSection, "ptimeMs" | "maxPtimeMs">,
  ownMs: number = DEFAULT_PTIME_MS,
): number {
  const wanted = Math.min(section.ptimeMs ?? ownMs, section.maxPtimeMs ?? LONGEST_MS, LONGEST_MS);
  const ms = Math.max(SHORTEST_MS, Math.floor(wanted / 10) * 10);
  // RFC 6716 §2.1.4: a frame of opus has 10, 20, 40 or 60 ms.
  return codec === "opus" && (ms === 30 || ms === 50) ? ms - 10 : ms;
}
