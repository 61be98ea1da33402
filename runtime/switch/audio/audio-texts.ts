/** What is told of the audio of a side, for people: what was agreed on, how something ended, and how good it was. */
import type { AudioStream, CodecName, MediaStats } from "../../port/media.ts";
import { estimatedMos } from "./mos.ts";
import type { Played, Recorded } from "./side-sound.ts";

export function agreedText({ format, remote, direction }: AudioStream): string {
  const where = remote === null ? "nowhere yet" : `${remote.address}:${remote.port}`;
  return `${format.codec} ${direction} with ${where}`;
}

export function endText({ end, ms, message }: Played | Recorded): string {
  return `${end} after ${ms.toFixed(0)} ms${message === null ? "" : `: ${message}`}`;
}

export function qualityText(codec: CodecName, stats: MediaStats): string {
  const { packetsSent, packetsReceived, packetsLost, jitterMs, roundTripMs } = stats;
  const mos = estimatedMos(codec, stats);
  return [
    `${packetsSent} packets sent, ${packetsReceived} received, ${packetsLost} lost`,
    `jitter ${jitterMs.toFixed(1)} ms`,
    ...(roundTripMs === null ? [] : [`round trip ${roundTripMs.toFixed(0)} ms`]),
    ...(mos === null ? [] : [`MOS ${mos.toFixed(1)}`]),
  ].join(", ");
}
