/**
 * When and what one side of an RTP session reports, and what the other side's reports say of us (RFC 3550 §6.2 and §6.4,
 * for a session of two: no reconsideration and no share of bandwidth, which at this rate is always kept).
 */
import type { ReceiverStats } from "./receiver-stats.ts";
import { parseRtcp, type ReportBlock, type RtcpPart, roundTripMs, writeRtcp } from "./rtcp.ts";
import type { RtpSender } from "./sender.ts";

/** RFC 3550 §6.2: the least interval; each is stretched or shortened at random by up to half. */
export const REPORT_INTERVAL_MS = 5000;

/** `atMs`: the endpoint's time; `wallMs`: since 1970. */
export interface RtcpTime {
  readonly atMs: number;
  readonly wallMs: number;
}

export class RtcpSession {
  /** From the last report of the other side about us. */
  roundTripMs: number | null = null;
  /** What the other side has lost of ours, as it says. */
  remoteLost: number | null = null;
  /** The other side has said goodbye; it may begin anew. */
  hasLeft = false;
  readonly #sender: RtpSender;
  readonly #stats: ReceiverStats;
  readonly #cname: string;
  readonly #random: () => number;
  #dueMs: number | null = null;
  #packetsBefore = 0;
  /** The last sender report of the other side, and when it came. */
  #heard: { readonly ssrc: number; readonly ntpMiddle: number; readonly wallMs: number } | null = null;

  /** `random`: from 0 to 1. */
  constructor(sender: RtpSender, stats: ReceiverStats, cname: string, random: () => number = Math.random) {
    this.#sender = sender;
    this.#stats = stats;
    this.#cname = cname;
    this.#random = random;
  }

  /** Whether a report is due. Asked on each tick. */
  isDue(atMs: number): boolean {
    // RFC 3550 §6.2: the first interval is half as long.
    this.#dueMs ??= atMs + this.#intervalMs() / 2;
    return atMs >= this.#dueMs;
  }

  /** Writes SR or RR with SDES; returns its length. The next one is due an interval later. */
  writeReport(into: Uint8Array, time: RtcpTime): number {
    this.#dueMs = time.atMs + this.#intervalMs();
    return this.#write(into, time, false);
  }

  /** The same and a BYE: the last one. */
  writeBye(into: Uint8Array, time: RtcpTime): number {
    return this.#write(into, time, true);
  }

  /** Takes what the other side reports; `false`: this is no RTCP. */
  receive(bytes: Uint8Array, length: number, time: RtcpTime): boolean {
    const parts = parseRtcp(bytes, length);
    if (parts === null) return false;
    for (const part of parts) this.#take(part, time.wallMs);
    return true;
  }

  #take(part: RtcpPart, wallMs: number): void {
    switch (part.type) {
      case "sender-report":
        this.#heard = { ssrc: part.ssrc, ntpMiddle: part.ntpMiddle, wallMs };
        this.#takeBlocks(part.blocks, wallMs);
        break;
      case "receiver-report":
        this.#takeBlocks(part.blocks, wallMs);
        break;
      case "bye":
        this.hasLeft = true;
        break;
      case "source-description":
        break;
    }
  }

  #takeBlocks(blocks: readonly ReportBlock[], wallMs: number): void {
    this.hasLeft = false;
    for (const block of blocks) {
      if (block.ssrc !== this.#sender.ssrc) continue;
      this.remoteLost = block.lost;
      this.roundTripMs = roundTripMs(block, wallMs) ?? this.roundTripMs;
    }
  }

  #write(into: Uint8Array, time: RtcpTime, isBye: boolean): number {
    const { ssrc, packets, octets } = this.#sender;
    // RFC 3550 §6.4: who has sent since its last report sends a sender report.
    const hasSent = packets !== this.#packetsBefore;
    this.#packetsBefore = packets;
    const sender = { wallMs: time.wallMs, rtpTimestamp: this.#sender.timestampAt(time.atMs), packets, octets };
    const block = this.#block(time.wallMs);
    return writeRtcp(into, { ssrc, cname: this.#cname, sender: hasSent ? sender : null, block, isBye });
  }

  #block(wallMs: number): ReportBlock | null {
    const reception = this.#stats.report();
    if (reception === null) return null;
    const heard = this.#heard;
    if (heard === null || heard.ssrc !== reception.ssrc) {
      return { ...reception, lastSenderReport: 0, delaySinceLastSenderReport: 0 };
    }
    const delay = Math.min(0xffff_ffff, Math.max(0, Math.round(((wallMs - heard.wallMs) * 0x10000) / 1000)));
    return { ...reception, lastSenderReport: heard.ntpMiddle, delaySinceLastSenderReport: delay };
  }

  #intervalMs(): number {
    return REPORT_INTERVAL_MS * (0.5 + this.#random());
  }
}
