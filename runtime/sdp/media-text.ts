/** Media lines of ours, written with their attributes (RFC 8866 §5.14, §6). */
import type { Direction } from "../port/media.ts";
import type { IceDtls } from "../port/webrtc.ts";
import { type CryptoLine, formatCryptoLine } from "./crypto-line.ts";
import type { PayloadFormat } from "./encoding.ts";
import { formatIceDtls } from "./ice.ts";
import type { MediaSection } from "./media-section.ts";

/** Of a line of ours whose name nobody has said. */
export const DEFAULT_MID = "0";

export interface AudioSection {
  readonly port: number;
  readonly protocol: string;
  /** Best first. */
  readonly formats: readonly PayloadFormat[];
  readonly ptimeMs: number;
  readonly direction: Direction;
  readonly hasRtcpMux: boolean;
  readonly crypto: readonly CryptoLine[];
  /** To a browser: the name of the line, and ICE and DTLS of ours. @default null */
  readonly browser?: { readonly mid: string; readonly ice: IceDtls } | null;
}

export function formatAudio(section: AudioSection): string {
  const { formats, crypto, ptimeMs, direction, browser = null } = section;
  const lines = [
    `m=audio ${section.port} ${section.protocol} ${formats.map(({ payloadType }) => payloadType).join(" ")}`,
    ...formats.flatMap(formatPayload),
    ...crypto.map(formatCryptoLine),
    `a=ptime:${ptimeMs}`,
    `a=${direction}`,
  ];
  if (section.hasRtcpMux) lines.push("a=rtcp-mux");
  // RFC 8830: without a stream that it belongs to, pages are not told of one.
  if (browser !== null) lines.push(`a=mid:${browser.mid}`, "a=msid:strowger audio", ...formatIceDtls(browser.ice));
  return `${lines.join("\r\n")}\r\n`;
}

/** RFC 3264 §6: a stream that is not wanted keeps its place, with port 0 and a format, any format. */
export function formatRefused({ media, protocol, formats, mid }: MediaSection): string {
  const line = `m=${media} 0 ${protocol} ${formats[0] ?? "0"}\r\n`;
  return mid === null ? line : `${line}a=mid:${mid}\r\n`;
}

function formatPayload({ payloadType, name, clockRate, channels, fmtp }: PayloadFormat): string[] {
  const rtpmap = `a=rtpmap:${payloadType} ${name}/${clockRate}${channels === 1 ? "" : `/${channels}`}`;
  return fmtp === null ? [rtpmap] : [rtpmap, `a=fmtp:${payloadType} ${fmtp}`];
}
