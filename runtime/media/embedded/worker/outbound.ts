/**
 * What an endpoint sends: frames become packets of the agreed length in the agreed codec, or the packets of a joined
 * endpoint pass as they are, under our own numbers and times.
 */
import type { AudioFormat, AudioStream, CodecName } from "../../../port/media.ts";
import type { AudioCodec, AudioEncoder } from "../codec/codec.ts";
import type { RtpPacket } from "../rtp/packet.ts";
import { TICK_MS } from "./pace.ts";
import { PcmFifo } from "./pcm-fifo.ts";
import type { RtpLink } from "./rtp-link.ts";

const MIN_PTIME_MS = 10;
const MAX_PTIME_MS = 60;
/** Nothing has passed for so long: silence is sent in its place, so that the way stays open. */
const PASSING_MS = 200;
/** How far the times of what passes may drift from ours before they are set anew. */
const MAX_DRIFT_MS = 500;

/** How the timestamps of what passes become times of ours. */
interface Passage {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly atMs: number;
}

export class Outbound {
  readonly #codecs: ReadonlyMap<CodecName, AudioCodec>;
  readonly #link: RtpLink;
  #format: AudioFormat | null = null;
  #codec: AudioCodec | null = null;
  #encoder: AudioEncoder | null = null;
  #silence = new Int16Array(0);
  /** Frames that wait to be a packet, where a packet is not as long as a tick. */
  #pending = new PcmFifo(0);
  #packet = new Int16Array(0);
  #pendingMs = 0;
  #packetMs = TICK_MS;
  /** When the next packet may begin. */
  #freeMs = Number.NEGATIVE_INFINITY;
  #passage: Passage | null = null;
  #passedMs = Number.NEGATIVE_INFINITY;

  constructor(codecs: ReadonlyMap<CodecName, AudioCodec>, link: RtpLink) {
    this.#codecs = codecs;
    this.#link = link;
  }

  connect({ format }: AudioStream): void {
    const codec = this.#codecs.get(format.codec) ?? null;
    if (codec !== this.#codec) this.#encoder = codec?.createEncoder() ?? null;
    this.#codec = codec;
    this.#format = format;
    this.#packetMs = packetMs(format);
    this.#silence = new Int16Array((this.rate * TICK_MS) / 1000);
    this.#packet = new Int16Array((this.rate * this.#packetMs) / 1000);
    this.#pending = new PcmFifo((this.rate * (MAX_PTIME_MS + TICK_MS)) / 1000);
  }

  /** Samples per second of the frames that it takes. */
  get rate(): number {
    return this.#codec?.sampleRate ?? 8000;
  }

  get canSend(): boolean {
    return this.#encoder !== null && this.#link.canSend;
  }

  /** Whether the packets of another endpoint are what is sent now. */
  isPassing(nowMs: number): boolean {
    return nowMs - this.#passedMs < PASSING_MS;
  }

  sendSilence(atMs: number): void {
    this.send(this.#silence, atMs);
  }

  /** Takes the 20 ms that begin at `atMs`. */
  send(frame: Int16Array, atMs: number): void {
    // What has passed before may have been a little ahead.
    if (this.#encoder === null || atMs < this.#freeMs - 1) return;
    if (this.#packetMs === TICK_MS) this.#link.sendAudio(this.#encoder.encode(frame), atMs);
    else this.#collect(frame, atMs, this.#encoder);
    this.#freeMs = atMs + TICK_MS;
  }

  /** Whether packets of this format can pass. */
  canPass(format: AudioFormat): boolean {
    return this.#format?.codec === format.codec && this.#format.clockRate === format.clockRate;
  }

  /** Sends the payload of a packet that another endpoint has just received. */
  pass(packet: RtpPacket, bytes: Uint8Array, nowMs: number): void {
    const format = this.#format;
    if (format === null) return;
    const payload = bytes.subarray(packet.payloadStart, packet.payloadEnd);
    const passage = this.#passage;
    const atMs = passage === null ? Number.NaN : timeOf(packet, passage, format.clockRate);
    // `NaN` is not near.
    const isNear = this.isPassing(nowMs) && passage?.ssrc === packet.ssrc && Math.abs(atMs - nowMs) < MAX_DRIFT_MS;
    const startMs = isNear ? atMs : Math.max(nowMs, this.#freeMs);
    if (!isNear) this.#passage = { ssrc: packet.ssrc, timestamp: packet.timestamp, atMs: startMs };
    const marker = packet.marker || !isNear;
    this.#link.sendOther({ payloadType: format.payloadType, marker, atMs: startMs, payload });
    this.#freeMs = Math.max(this.#freeMs, startMs + TICK_MS);
    this.#passedMs = nowMs;
  }

  #collect(frame: Int16Array, atMs: number, encoder: AudioEncoder): void {
    const pending = this.#pending;
    const packet = this.#packet;
    const endMs = this.#pendingMs + (pending.length * 1000) / this.rate;
    if (pending.length === 0 || Math.abs(endMs - atMs) > 1) {
      pending.clear();
      this.#pendingMs = atMs;
    }
    pending.push(frame);
    while (pending.length >= packet.length) {
      pending.shift(packet);
      this.#link.sendAudio(encoder.encode(packet), this.#pendingMs);
      this.#pendingMs += this.#packetMs;
    }
  }
}

/** In steps of 10 ms; a frame of Opus is not 30 or 50 ms long (RFC 6716 §2.1.4). */
function packetMs({ codec, ptimeMs }: AudioFormat): number {
  const ms = Math.min(MAX_PTIME_MS, Math.max(MIN_PTIME_MS, Math.round(ptimeMs / 10) * 10)) || TICK_MS;
  return codec === "opus" && (ms === 30 || ms === 50) ? ms - 10 : ms;
}

function timeOf(packet: RtpPacket, passage: Passage, clockRate: number): number {
  const units = (packet.timestamp - passage.timestamp) | 0;
  return passage.atMs + (units * 1000) / clockRate;
}
