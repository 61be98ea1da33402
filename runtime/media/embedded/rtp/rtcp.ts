/**
 * RTCP (RFC 3550 §6): reads compounds of reports, source descriptions and goodbyes into plain data, and writes ours: a
 * report, our CNAME, and a BYE at the end. Parts of a kind not known here are passed over.
 */

import { octet, uint16, uint32, writeUint32 } from "./packet.ts";
import type { Reception } from "./receiver-stats.ts";

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const BYE = 203;
const CNAME = 1;
const BLOCK_BYTES = 24;
const SENDER_INFO_BYTES = 20;
/** The time of 1970 in NTP's count, which begins with 1900 (RFC 3550 §4). */
const NTP_OFFSET_SECONDS = 2_208_988_800;
/** RFC 3550 §6.5: an item has one octet of length. */
const MAX_CNAME_BYTES = 255;

export interface ReportBlock extends Reception {
  /** The middle 32 bits of the NTP time of the last sender report; 0 before the first. */
  readonly lastSenderReport: number;
  /** In 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

export type RtcpPart =
  | {
      readonly type: "sender-report";
      readonly ssrc: number;
      /** The middle 32 bits of its NTP time. */
      readonly ntpMiddle: number;
      readonly rtpTimestamp: number;
      readonly packets: number;
      readonly octets: number;
      readonly blocks: readonly ReportBlock[];
    }
  | { readonly type: "receiver-report"; readonly ssrc: number; readonly blocks: readonly ReportBlock[] }
  | { readonly type: "source-description"; readonly ssrc: number; readonly cname: string }
  | { readonly type: "bye"; readonly ssrcs: readonly number[] };

export interface Report {
  readonly ssrc: number;
  readonly cname: string;
  /** What we send; `null`: nothing since our last report, so this is a receiver report. */
  readonly sender: {
    readonly wallMs: number;
    readonly rtpTimestamp: number;
    readonly packets: number;
    readonly octets: number;
  } | null;
  readonly block: ReportBlock | null;
  readonly isBye: boolean;
}

/**
 * Reads the first `length` octets; `null`: this is no RTCP. A compound that begins with something other than a report is
 * taken too, since reduced-size RTCP (RFC 5506) is sent without asking.
 */
export function parseRtcp(bytes: Uint8Array, length: number): readonly RtcpPart[] | null {
  if (length > bytes.length) return null;
  const parts: RtcpPart[] = [];
  let at = 0;
  while (at < length) {
    // RFC 3550 A.2: version 2 in each part, and lengths that add up exactly.
    if (at + 4 > length || octet(bytes, at) >> 6 !== 2) return null;
    const end = at + 4 + 4 * uint16(bytes, at + 2);
    if (end > length) return null;
    parsePart(bytes, at, withoutPadding(bytes, at, end), parts);
    at = end;
  }
  return length === 0 ? null : parts;
}

/** Writes a compound; returns its length. `bytes` has room for 400 octets. */
export function writeRtcp(bytes: Uint8Array, report: Report): number {
  let end = writeReportPart(bytes, report);
  end = writeSourceDescription(bytes, end, report);
  if (!report.isBye) return end;
  writeHead(bytes, end, { count: 1, type: BYE, bytes: 8 });
  writeUint32(bytes, end + 4, report.ssrc);
  return end + 8;
}

/** The middle 32 bits of an NTP time: seconds modulo 65536, and 1/65536 of them (RFC 3550 §4). */
export function ntpMiddle(wallMs: number): number {
  const seconds = (Math.floor(wallMs / 1000) + NTP_OFFSET_SECONDS) & 0xffff;
  return ((seconds << 16) | ntpFraction(wallMs, 0x10000)) >>> 0;
}

/** RFC 3550 §6.4.1: what has passed since our report, less the time it lay with the other side; `null`: it had none. */
export function roundTripMs(block: ReportBlock, wallMs: number): number | null {
  if (block.lastSenderReport === 0) return null;
  const units = (ntpMiddle(wallMs) - block.lastSenderReport - block.delaySinceLastSenderReport) | 0;
  // A clock that was set meanwhile, or a false report.
  return units < 0 ? null : (units * 1000) / 0x10000;
}

function withoutPadding(bytes: Uint8Array, at: number, end: number): number {
  const hasPadding = (octet(bytes, at) & 32) !== 0;
  return hasPadding ? Math.max(at + 4, end - octet(bytes, end - 1)) : end;
}

function parsePart(bytes: Uint8Array, at: number, end: number, parts: RtcpPart[]): void {
  const count = octet(bytes, at) & 31;
  switch (octet(bytes, at + 1)) {
    case SENDER_REPORT:
      if (end - at < 8 + SENDER_INFO_BYTES) return;
      parts.push({
        type: "sender-report",
        ssrc: uint32(bytes, at + 4),
        ntpMiddle: ((uint16(bytes, at + 10) << 16) | uint16(bytes, at + 12)) >>> 0,
        rtpTimestamp: uint32(bytes, at + 16),
        packets: uint32(bytes, at + 20),
        octets: uint32(bytes, at + 24),
        blocks: parseBlocks(bytes, at + 8 + SENDER_INFO_BYTES, end, count),
      });
      return;
    case RECEIVER_REPORT:
      if (end - at < 8) return;
      parts.push({
        type: "receiver-report",
        ssrc: uint32(bytes, at + 4),
        blocks: parseBlocks(bytes, at + 8, end, count),
      });
      return;
    case SOURCE_DESCRIPTION:
      parseChunks(bytes, at + 4, end, count, parts);
      return;
    case BYE: {
      const ssrcs: number[] = [];
      for (let i = 0; i < count && at + 8 + 4 * i <= end; i++) ssrcs.push(uint32(bytes, at + 4 + 4 * i));
      parts.push({ type: "bye", ssrcs });
    }
  }
}

function parseBlocks(bytes: Uint8Array, start: number, end: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (let at = start; blocks.length < count && at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
    blocks.push({
      ssrc: uint32(bytes, at),
      fractionLost: octet(bytes, at + 4),
      lost: (uint32(bytes, at + 4) << 8) >> 8,
      highestSequence: uint32(bytes, at + 8),
      jitter: uint32(bytes, at + 12),
      lastSenderReport: uint32(bytes, at + 16),
      delaySinceLastSenderReport: uint32(bytes, at + 20),
    });
  }
  return blocks;
}

/** RFC 3550 §6.5: chunks begin at words; a zero octet ends the items of one. */
function parseChunks(bytes: Uint8Array, start: number, end: number, count: number, parts: RtcpPart[]): void {
  let at = start;
  for (let chunk = 0; chunk < count && at + 4 <= end; chunk++) {
    const ssrc = uint32(bytes, at);
    at += 4;
    while (at < end && octet(bytes, at) !== 0) {
      const behind = at + 2 + octet(bytes, at + 1);
      if (at + 2 > end || behind > end) return;
      if (octet(bytes, at) === CNAME) {
        const cname = new TextDecoder().decode(bytes.subarray(at + 2, behind));
        parts.push({ type: "source-description", ssrc, cname });
      }
      at = behind;
    }
    at = start + ((at - start + 4) & ~3);
  }
}

function writeReportPart(bytes: Uint8Array, report: Report): number {
  const { sender, block } = report;
  const blocksAt = sender === null ? 8 : 8 + SENDER_INFO_BYTES;
  const end = blocksAt + (block === null ? 0 : BLOCK_BYTES);
  const type = sender === null ? RECEIVER_REPORT : SENDER_REPORT;
  writeHead(bytes, 0, { count: block === null ? 0 : 1, type, bytes: end });
  writeUint32(bytes, 4, report.ssrc);
  if (sender !== null) {
    writeUint32(bytes, 8, Math.floor(sender.wallMs / 1000) + NTP_OFFSET_SECONDS);
    writeUint32(bytes, 12, ntpFraction(sender.wallMs, 0x1_0000_0000));
    writeUint32(bytes, 16, sender.rtpTimestamp);
    writeUint32(bytes, 20, sender.packets);
    writeUint32(bytes, 24, sender.octets);
  }
  if (block !== null) writeBlock(bytes, blocksAt, block);
  return end;
}

function writeBlock(bytes: Uint8Array, at: number, block: ReportBlock): void {
  writeUint32(bytes, at, block.ssrc);
  writeUint32(bytes, at + 4, (block.fractionLost << 24) | (block.lost & 0xffffff));
  writeUint32(bytes, at + 8, block.highestSequence);
  writeUint32(bytes, at + 12, block.jitter);
  writeUint32(bytes, at + 16, block.lastSenderReport);
  writeUint32(bytes, at + 20, block.delaySinceLastSenderReport);
}

function writeSourceDescription(bytes: Uint8Array, at: number, report: Report): number {
  const { written } = new TextEncoder().encodeInto(report.cname, bytes.subarray(at + 10, at + 10 + MAX_CNAME_BYTES));
  // The item's end is one zero octet at least, up to the next word.
  const end = at + ((10 + written + 4) & ~3);
  bytes.fill(0, at + 10 + written, end);
  writeHead(bytes, at, { count: 1, type: SOURCE_DESCRIPTION, bytes: end - at });
  writeUint32(bytes, at + 4, report.ssrc);
  bytes[at + 8] = CNAME;
  bytes[at + 9] = written;
  return end;
}

/** `bytes`: of the whole part, a multiple of 4. */
function writeHead(bytes: Uint8Array, at: number, head: { count: number; type: number; bytes: number }): void {
  writeUint32(bytes, at, (2 << 30) | (head.count << 24) | (head.type << 16) | (head.bytes / 4 - 1));
}

function ntpFraction(wallMs: number, unitsPerSecond: number): number {
  return Math.floor(((wallMs % 1000) * unitsPerSecond) / 1000);
}
