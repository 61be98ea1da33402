/** Where the other side listens, by its description: an address that we can send to, or a hold (RFC 3264 §8.4). */
import { isIP } from "node:net";
import { fail, ok, type Result } from "../base/result.ts";
import type { Direction, MediaAddress } from "../port/media.ts";
import { addressKind, isNowhere } from "./address.ts";
import { canSend, toDirection } from "./direction.ts";
import type { MediaSection } from "./media-section.ts";
import type { Warning } from "./warning.ts";

export interface Remote {
  /** `null`: it is on hold by its address. */
  readonly remote: MediaAddress | null;
  /** `null`: together with RTP. */
  readonly remoteRtcp: MediaAddress | null;
  /** Seen from the other side. */
  readonly direction: Direction;
}

/** `local` is the address of ours that would send there. */
export function remoteOf(
  section: MediaSection,
  { local, isMuxed }: { local: string; isMuxed: boolean },
): Result<Remote, Warning> {
  const { address, port } = section;
  if (address === null) return fail({ code: 301, text: "The SDP has no c= line for the audio" });
  // RFC 3264 §8.4: without an address nothing can be sent, whatever the direction says.
  if (isNowhere(address)) {
    return ok({ remote: null, remoteRtcp: null, direction: toDirection(canSend(section.direction), false) });
  }
  const unfit = unfitness(address, local);
  if (unfit !== null) return fail(unfit);
  const remoteRtcp = isMuxed ? null : rtcpOf(section, { address, port }, local);
  return ok({ remote: { address, port }, remoteRtcp, direction: section.direction });
}

/** Names are not looked up: a description must not make us ask the DNS of its writer. */
function unfitness(address: string, local: string): Warning | null {
  const kind = addressKind(address);
  if (kind === "multicast") return { code: 330, text: "Multicast is not available" };
  if (kind === "name" || kind === "reserved") {
    return { code: 301, text: "The c= line of the audio must hold a unicast IP address" };
  }
  if (isIP(address) === isIP(local)) return null;
  return { code: 301, text: `The c= line of the audio is not IPv${isIP(local)}, the only family spoken here` };
}

/** RFC 3605: `a=rtcp`, else the port above RTP's. */
function rtcpOf(section: MediaSection, rtp: MediaAddress, local: string): MediaAddress | null {
  const { rtcp } = section;
  if (rtcp === null) return rtp.port < 65_535 ? { address: rtp.address, port: rtp.port + 1 } : null;
  const isFit = rtcp.address !== null && !isNowhere(rtcp.address) && unfitness(rtcp.address, local) === null;
  return { address: isFit && rtcp.address !== null ? rtcp.address : rtp.address, port: rtcp.port };
}
