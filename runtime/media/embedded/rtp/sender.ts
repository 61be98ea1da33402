/**
 * The sending side of an RTP stream (RFC 3550 §5.1): numbers, times and counts its packets. Timestamps follow the time of
 * the endpoint, whether or not something is sent, so a pause is a gap in timestamps and none in sequence numbers.
 */
import { randomInt } from "node:crypto";
import type { AudioFormat, RtpNumbers } from "../../../port/media.ts";
import { RTP_HEADER_BYTES, type RtpHeader, writeRtpHeader } from "./packet.ts";
import type { RtcpTime } from "./rtcp-session.ts";

const UINT32 = 0x1_0000_0000;

/** @default each at random */
export interface RtpSenderOptions {
  readonly ssrc?: number;
  /** Of the first packet: its lower 16 bits are the sequence number, the rest counts rollovers. */
  readonly index?: number;
  readonly timestamp?: number;
}

/** A packet that is no audio of the agreed format: an event, or comfort noise. */
export interface OtherPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  /** Where in the endpoint's time it belongs: for an event, its start. */
  readonly atMs: number;
  readonly payload: Uint8Array;
}

export class RtpSender {
  readonly ssrc: number;
  /** What has been sent, as sender reports tell it: octets of payload. */
  packets = 0;
  octets = 0;
  /** The next packet's number, with the rollovers before it. */
  #index: number;
  #payloadType = 0;
  #ptimeMs = 20;
  #clockRate = 8000;
  /** At this moment of the endpoint's time the timestamp was that. */
  #anchorMs = 0;
  #anchorTimestamp: number;
  /** When the audio of the last packet ends: what begins later begins a talkspurt. */
  #spokenUntilMs = Number.NEGATIVE_INFINITY;
  readonly #header: RtpHeader;

  constructor(options: RtpSenderOptions = {}) {
    this.ssrc = options.ssrc ?? randomInt(UINT32);
    // RFC 3711 §3.3.1: a first number in the lower half, since a wrap among the first packets would split the two sides.
    this.#index = options.index ?? randomInt(0x8000);
    this.#anchorTimestamp = options.timestamp ?? randomInt(UINT32);
    this.#header = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: this.ssrc };
  }

  /** Goes on with a stream of an earlier process: beyond its numbers, and as much later as it is. */
  static resumed({ ssrc, index, timestamp, clockRate, at }: RtpNumbers, { atMs, wallMs }: RtcpTime): RtpSender {
    const sender = new RtpSender({ ssrc, index, timestamp });
    sender.#clockRate = clockRate;
    sender.#anchorMs = atMs - Math.max(0, wallMs - at);
    return sender;
  }

  /** Of the next packet. */
  get index(): number {
    return this.#index;
  }

  get clockRate(): number {
    return this.#clockRate;
  }

  /** From `atMs` of the endpoint's time on audio has this format; timestamps go on from where they are. */
  use(format: AudioFormat, atMs: number): void {
    this.#anchorTimestamp = this.timestampAt(atMs);
    this.#anchorMs = atMs;
    this.#payloadType = format.payloadType;
    this.#clockRate = format.clockRate;
    this.#ptimeMs = format.ptimeMs;
  }

  /** Writes a packet of audio that begins at `atMs`; returns its length. */
  writeAudio(into: Uint8Array, payload: Uint8Array, atMs: number): number {
    // RFC 3551 §4.1: the marker says that silence went before.
    this.#header.marker = atMs > this.#spokenUntilMs;
    this.#header.payloadType = this.#payloadType;
    this.#spokenUntilMs = atMs + this.#ptimeMs;
    return this.#write(into, payload, atMs);
  }

  writeOther(into: Uint8Array, packet: OtherPacket): number {
    this.#header.marker = packet.marker;
    this.#header.payloadType = packet.payloadType;
    return this.#write(into, packet.payload, packet.atMs);
  }

  /** The RTP timestamp at `atMs` of the endpoint's time, for sender reports. */
  timestampAt(atMs: number): number {
    const units = Math.round(((atMs - this.#anchorMs) * this.#clockRate) / 1000);
    return (this.#anchorTimestamp + units) >>> 0;
  }

  #write(into: Uint8Array, payload: Uint8Array, atMs: number): number {
    const header = this.#header;
    header.sequence = this.#index & 0xffff;
    header.timestamp = this.timestampAt(atMs);
    writeRtpHeader(into, header);
    into.set(payload, RTP_HEADER_BYTES);
    this.#index++;
    this.packets = (this.packets + 1) >>> 0;
    this.octets = (this.octets + payload.length) >>> 0;
    return RTP_HEADER_BYTES + payload.length;
  }
}
