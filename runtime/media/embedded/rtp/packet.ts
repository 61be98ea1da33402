/**
 * RTP packets (RFC 3550 §5.1) where they lie: parsing fills a reused object with numbers and offsets into the buffer,
 * writing fills the caller's buffer. Tells RTP, RTCP, STUN and DTLS on one port apart (RFC 5761 §4, RFC 7983 §7).
 */

/** Without CSRCs and extension, as all that we send. */
export const RTP_HEADER_BYTES = 12;
/** Room for any packet of ours, with the tag of SRTP: what fits into one Ethernet frame. */
export const MAX_PACKET_BYTES = 1500;

const VERSION = 2;

export type DatagramKind = "rtp" | "rtcp" | "stun" | "dtls" | "unknown";

/** A parsed packet: overwritten by the next `parseRtp` that is given it. */
export interface RtpPacket {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** The payload lies from here (behind CSRCs and extension) ... */
  payloadStart: number;
  /** ... up to here, padding left out. */
  payloadEnd: number;
}

/** What a header of ours says. */
export type RtpHeader = Pick<RtpPacket, "marker" | "payloadType" | "sequence" | "timestamp" | "ssrc">;

/** What a datagram of `length` octets is, by its first two. */
export function datagramKind(bytes: Uint8Array, length: number): DatagramKind {
  if (length < 2) return "unknown";
  const first = octet(bytes, 0);
  // RFC 7983 §7: the ranges of the first octet.
  if (first < 4) return "stun";
  if (first >= 20 && first < 64) return "dtls";
  if (first < 128 || first > 191) return "unknown";
  // RFC 5761 §4: RTCP's packet types 192 to 223 would be payload types 64 to 95 with the marker bit, which RTP leaves free.
  const second = octet(bytes, 1);
  return second >= 192 && second <= 223 ? "rtcp" : "rtp";
}

export function createRtpPacket(): RtpPacket {
  return { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, payloadStart: 0, payloadEnd: 0 };
}

/** Reads the first `length` octets of `bytes`; `false`: this is no RTP packet, and `packet` is as it was. */
export function parseRtp(bytes: Uint8Array, length: number, packet: RtpPacket): boolean {
  if (length < RTP_HEADER_BYTES || length > bytes.length) return false;
  const first = octet(bytes, 0);
  if (first >> 6 !== VERSION) return false;
  const start = payloadStart(bytes, length, first);
  const end = payloadEnd(bytes, length, first);
  if (start < 0 || end < start) return false;
  const second = octet(bytes, 1);
  packet.marker = second > 127;
  packet.payloadType = second & 127;
  packet.sequence = (octet(bytes, 2) << 8) | octet(bytes, 3);
  packet.timestamp = uint32(bytes, 4);
  packet.ssrc = uint32(bytes, 8);
  packet.payloadStart = start;
  packet.payloadEnd = end;
  return true;
}

/** Writes a header of `RTP_HEADER_BYTES`; the payload goes behind it. */
export function writeRtpHeader(bytes: Uint8Array, header: RtpHeader): void {
  bytes[0] = VERSION << 6;
  bytes[1] = (header.marker ? 128 : 0) | header.payloadType;
  bytes[2] = header.sequence >>> 8;
  bytes[3] = header.sequence;
  writeUint32(bytes, 4, header.timestamp);
  writeUint32(bytes, 8, header.ssrc);
}

/** How many octets the header takes, CSRCs and extension included, or -1 where they exceed the packet. */
export function rtpHeaderBytes(bytes: Uint8Array, length: number): number {
  return length < RTP_HEADER_BYTES ? -1 : payloadStart(bytes, length, octet(bytes, 0));
}

/** An octet that is known to be there. */
export function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function uint16(bytes: Uint8Array, at: number): number {
  return (octet(bytes, at) << 8) | octet(bytes, at + 1);
}

export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function payloadStart(bytes: Uint8Array, length: number, first: number): number {
  const start = RTP_HEADER_BYTES + 4 * (first & 15);
  // RFC 3550 §5.3.1: an extension says its length in words, its own header not counted.
  const hasExtension = (first & 16) !== 0;
  if (!hasExtension) return start <= length ? start : -1;
  if (start + 4 > length) return -1;
  const behind = start + 4 + 4 * uint16(bytes, start + 2);
  return behind <= length ? behind : -1;
}

function payloadEnd(bytes: Uint8Array, length: number, first: number): number {
  const hasPadding = (first & 32) !== 0;
  if (!hasPadding) return length;
  // RFC 3550 §5.1: the last octet counts the padding, itself included, so 0 is a lie.
  const padding = octet(bytes, length - 1);
  return padding === 0 ? -1 : length - padding;
}
