/** How a media line protects its RTP: by its profile (RFC 3551, RFC 3711, RFC 4585, RFC 5124, RFC 5764) and its keys. */
import type { MediaSection } from "./media-section.ts";

/** `sdes`: keys in the description (RFC 4568). `dtls`: keys by DTLS (RFC 5763). */
export type Security = "plain" | "sdes" | "dtls";

/** `null`: no RTP that we know. */
export function securityOf(section: MediaSection): Security | null {
  switch (section.protocol.toUpperCase()) {
    case "RTP/AVP":
    case "RTP/AVPF":
      return "plain";
    case "RTP/SAVP":
    case "RTP/SAVPF":
      return section.hasDtls && section.crypto.length === 0 ? "dtls" : "sdes";
    case "UDP/TLS/RTP/SAVP":
    case "UDP/TLS/RTP/SAVPF":
    case "TCP/DTLS/RTP/SAVP":
    case "TCP/DTLS/RTP/SAVPF":
      return "dtls";
    default:
      return null;
  }
}
