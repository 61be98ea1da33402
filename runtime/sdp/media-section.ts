/** A media line of a session description and what follows it (RFC 8866 §5.14), as its writer sees the stream. */
import { fail, ok, type Result } from "../base/result.ts";
import type { Direction } from "../port/media.ts";
import type { IceDtls } from "../port/webrtc.ts";
import { type CryptoLine, parseCryptoLine } from "./crypto-line.ts";
import { type PayloadFormat, staticFormat } from "./encoding.ts";
import { readIceDtls } from "./ice.ts";
import { type Attributes, attributesOf, type Line } from "./line.ts";

export interface MediaSection {
  /** `audio`, `video`, `image`, … in lower case. */
  readonly media: string;
  /** 0: not wanted, or refused. */
  readonly port: number;
  readonly portCount: number;
  /** As written; compared in upper case. */
  readonly protocol: string;
  /** As written: payload types with RTP, anything without. */
  readonly formats: readonly string[];
  /** The formats whose meaning is known. */
  readonly payloads: readonly PayloadFormat[];
  /** Of its own `c=` line or the session's; may be a name. */
  readonly address: string | null;
  /** `a=rtcp` (RFC 3605). */
  readonly rtcp: { readonly port: number; readonly address: string | null } | null;
  readonly hasRtcpMux: boolean;
  readonly ptimeMs: number | null;
  readonly maxPtimeMs: number | null;
  /** Seen from who wrote it. */
  readonly direction: Direction;
  /** The `a=crypto` lines that we could use. */
  readonly crypto: readonly CryptoLine[];
  readonly hasIce: boolean;
  readonly hasDtls: boolean;
  /** What a gateway needs of both; `null`: it is not all there. */
  readonly ice: IceDtls | null;
  /** Its name among the media lines (RFC 5888). */
  readonly mid: string | null;
}

/** What the session level says for every section that does not say it itself. */
export interface SessionLevel {
  readonly address: string | null;
  readonly attributes: Attributes;
}

/** RTP has 128 payload types; other protocols name one or two formats. */
const MAX_FORMATS = 128;
const MEDIA_LINE = /^([\w-]{1,32}) +(\d{1,5})(?:\/(\d{1,3}))? +([\w/.+-]{1,64})((?: +[!-~]{1,64})*) *$/;
const CONNECTION = /^IN +IP[46] +([^ /]{1,255})(?:\/[\d/]*)? *$/;
const RTPMAP = /^ *(\d{1,3}) +([\w.+-]{1,64})\/(\d{1,6})(?:\/(\d{1,2}))? *$/;
const FMTP = /^ *(\d{1,3}) +(.{1,1024})$/;
const RTCP = /^(\d{1,5})(?: +(IN .*))?$/;
const MID = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}$/;
const MILLISECONDS = /^ *(\d{1,4})(?:\.\d{1,9})? *$/;
const DIRECTIONS: readonly Direction[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

/** The first of the lines is the media line. */
export function parseMediaSection(lines: readonly Line[], session: SessionLevel): Result<MediaSection, string> {
  const [first, ...rest] = lines;
  const found = MEDIA_LINE.exec(first?.value ?? "");
  const [, media = "", port = "", portCount = "1", protocol = "", formatText = ""] = found ?? [];
  const formats = [...new Set(formatText.split(" ").filter((format) => format !== ""))];
  if (found === null || Number(port) > 65_535 || formats.length > MAX_FORMATS) {
    return fail(`SDP line ${first?.number}: not of the form m=<media> <port> <protocol> <format> ...`);
  }
  const attributes = attributesOf(rest);
  const hasDtls = [attributes, session.attributes].some((level) => level.has("fingerprint"));
  const mid = attributes.get("mid")?.[0]?.trim() ?? "";
  return ok({
    media: media.toLowerCase(),
    port: Number(port),
    portCount: Number(portCount),
    protocol,
    formats,
    payloads: readPayloads(formats, attributes),
    address: connectionOf(rest) ?? session.address,
    rtcp: readRtcp(attributes),
    hasRtcpMux: attributes.has("rtcp-mux"),
    ptimeMs: readMilliseconds(attributes, "ptime"),
    maxPtimeMs: readMilliseconds(attributes, "maxptime"),
    direction: directionIn(attributes) ?? directionIn(session.attributes) ?? "sendrecv",
    crypto: (attributes.get("crypto") ?? []).map(parseCryptoLine).filter((line) => line !== null),
    hasIce: [attributes, session.attributes].some((level) => level.has("ice-ufrag") || level.has("candidate")),
    hasDtls: hasDtls || /TLS/i.test(protocol),
    ice: hasDtls ? readIceDtls(attributes, session.attributes) : null,
    mid: MID.test(mid) ? mid : null,
  });
}

/** The address of the first `c=` line, without the TTL of a multicast address. */
export function connectionOf(lines: readonly Line[]): string | null {
  const connection = lines.find(({ type }) => type === "c");
  return CONNECTION.exec(connection?.value ?? "")?.[1] ?? null;
}

function readPayloads(formats: readonly string[], attributes: Attributes): PayloadFormat[] {
  const named = new Map<number, PayloadFormat>();
  for (const value of attributes.get("rtpmap") ?? []) {
    const [, payloadType, name, clockRate, channels = "1"] = RTPMAP.exec(value) ?? [];
    if (payloadType === undefined || name === undefined || named.has(Number(payloadType))) continue;
    const format = { name, clockRate: Number(clockRate), channels: Number(channels), fmtp: null };
    named.set(Number(payloadType), { payloadType: Number(payloadType), ...format });
  }
  const parameters = new Map<number, string>();
  for (const value of attributes.get("fmtp") ?? []) {
    const [, payloadType, text] = FMTP.exec(value) ?? [];
    if (text !== undefined) parameters.set(Number(payloadType), text.trim());
  }
  const payloads: PayloadFormat[] = [];
  for (const text of formats) {
    const payloadType = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
    const format = named.get(payloadType) ?? staticFormat(payloadType);
    if (format === null || payloadType > 127) continue;
    payloads.push({ ...format, fmtp: parameters.get(payloadType) ?? null });
  }
  return payloads;
}

function readRtcp(attributes: Attributes): MediaSection["rtcp"] {
  const [, port, connection = ""] = RTCP.exec(attributes.get("rtcp")?.[0]?.trim() ?? "") ?? [];
  if (port === undefined || Number(port) === 0 || Number(port) > 65_535) return null;
  return { port: Number(port), address: CONNECTION.exec(connection)?.[1] ?? null };
}

function readMilliseconds(attributes: Attributes, name: "ptime" | "maxptime"): number | null {
  const ms = Number(MILLISECONDS.exec(attributes.get(name)?.[0] ?? "")?.[1] ?? 0);
  return ms > 0 ? ms : null;
}

function directionIn(attributes: Attributes): Direction | null {
  return DIRECTIONS.find((direction) => attributes.has(direction)) ?? null;
}
