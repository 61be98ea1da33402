/** Whether a description comes from a browser, or from who speaks like one: audio by ICE and DTLS (RFC 8827). */
import type { IceDtls } from "../port/webrtc.ts";
import { parseDescription } from "./description.ts";
import { securityOf } from "./profile.ts";

/** Of the audio in a description that asks for ICE and DTLS; `null`: it is none of a browser. */
export function browserOf(sdp: string): IceDtls | null {
  const description = parseDescription(sdp);
  const media = description.ok ? description.value.media : [];
  const audio = media.find(({ media: kind, port }) => kind === "audio" && port !== 0);
  return audio === undefined || securityOf(audio) !== "dtls" ? null : audio.ice;
}
