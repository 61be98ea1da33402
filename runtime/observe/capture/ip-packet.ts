/**
 * A UDP datagram as it would have been on the wire: IPv4 (RFC 791) or IPv6 (RFC 8200), UDP (RFC 768), payload. For captures of
 * messages that we know without their packets.
 */
import { isIPv4 } from "node:net";

export interface End {
  readonly address: string;
  readonly port: number;
}

const UDP = 17;
const UDP_HEADER = 8;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const MOST_LENGTH = 0xffff;
const HOP_LIMIT = 64;

/** A payload that is too long for a datagram is cut off. */
export function udpPacket(from: End, to: End, payload: Buffer): Buffer {
  const isV4 = isIPv4(from.address) && isIPv4(to.address);
  const header = isV4 ? IPV4_HEADER : IPV6_HEADER;
  // The length field of IPv4 counts its own header too.
  const most = MOST_LENGTH - UDP_HEADER - (isV4 ? IPV4_HEADER : 0);
  const data = payload.subarray(0, most);
  const packet = Buffer.alloc(header + UDP_HEADER + data.length);
  const ends = Buffer.concat([addressBytes(from.address, isV4), addressBytes(to.address, isV4)]);
  if (isV4) writeIpv4(packet, ends);
  else writeIpv6(packet, ends);
  packet.writeUInt16BE(from.port, header);
  packet.writeUInt16BE(to.port, header + 2);
  packet.writeUInt16BE(UDP_HEADER + data.length, header + 4);
  data.copy(packet, header + UDP_HEADER);
  const segment = packet.subarray(header);
  // RFC 768: zero stands for "not computed".
  packet.writeUInt16BE(checksum(ends, segment, UDP + segment.length) || MOST_LENGTH, header + 6);
  return packet;
}

function writeIpv4(packet: Buffer, ends: Buffer): void {
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt8(HOP_LIMIT, 8);
  packet.writeUInt8(UDP, 9);
  ends.copy(packet, 12);
  packet.writeUInt16BE(checksum(packet.subarray(0, IPV4_HEADER), Buffer.alloc(0), 0), 10);
}

function writeIpv6(packet: Buffer, ends: Buffer): void {
  packet.writeUInt8(0x60, 0);
  packet.writeUInt16BE(packet.length - IPV6_HEADER, 4);
  packet.writeUInt8(UDP, 6);
  packet.writeUInt8(HOP_LIMIT, 7);
  ends.copy(packet, 8);
}

/** RFC 1071, over two runs of bytes and a number. */
function checksum(first: Buffer, second: Buffer, more: number): number {
  let sum = more;
  for (const bytes of [first, second]) {
    for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** What is no address counts as the unspecified one. */
export function addressBytes(address: string, isV4: boolean): Buffer {
  if (isV4) return Buffer.from(address.split(".").map(Number));
  const plain = address.split("%", 1)[0] ?? "";
  const text = isIPv4(plain) ? `::ffff:${plain}` : plain;
  const bytes = Buffer.alloc(16);
  const [before = "", after] = withHexEnd(text).split("::");
  const head = groupsOf(before);
  const tail = groupsOf(after ?? "");
  head.forEach((group, index) => {
    if (index < 8) bytes.writeUInt16BE(group, index * 2);
  });
  tail.forEach((group, index) => {
    const place = 8 - tail.length + index;
    if (place >= 0) bytes.writeUInt16BE(group, place * 2);
  });
  return bytes;
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withHexEnd(text: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted === null) return text;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(1).map(Number);
  return `${text.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => (Number.parseInt(group, 16) || 0) & 0xffff);
}
