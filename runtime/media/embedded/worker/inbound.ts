/**
 * What an endpoint hears: packets by their payload type to keys or to the jitter buffer, and out of that one frame each
 * tick, at the rate of the codec that came last.
 */
import type { AudioFormat, AudioStream, CodecName } from "../../../port/media.ts";
import type { AudioCodec, AudioDecoder } from "../codec/codec.ts";
import { ComfortNoise } from "../dsp/comfort-noise.ts";
import { DEFAULT_PAYLOAD_BYTES, JitterBuffer, type PlayoutPacket } from "../rtp/jitter-buffer.ts";
import type { RtpPacket } from "../rtp/packet.ts";
import { DigitReceiver } from "../rtp/telephone-event.ts";
import { TICK_MS } from "./pace.ts";
import { PcmFifo } from "./pcm-fifo.ts";

/** Pulls in one tick: packets of 10 ms, and what is left out or concealed between them. */
const MAX_PULLS = 12;
/** Room for a tick, and the longest packet behind it. */
const FIFO_MS = 200;
/** RFC 6716 §3.4: the longest frame. */
const MAX_OPUS_BYTES = 1275;
/** About -55 dBFS: below, a packet may be left out and nobody hears it. */
const QUIET = 60;

export interface InboundUser {
  digitHeard(digit: string): void;
  /** A packet of audio; `false`: nobody needs it decoded. */
  audioArrived(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean;
}

interface Receiving {
  readonly format: AudioFormat;
  readonly codec: AudioCodec;
  /** Made with the first packet that is decoded. */
  decoder: AudioDecoder | null;
}

export class Inbound {
  /** Samples per second of the frames. */
  rate = 8000;
  readonly #codecs: ReadonlyMap<CodecName, AudioCodec>;
  readonly #user: InboundUser;
  #formats = new Map<number, Receiving>();
  #telephoneEvent: number | null = null;
  #comfortNoise: number | null = null;
  readonly #digits = new DigitReceiver();
  /** Made with the first packet that is kept: most endpoints that play alone need none. */
  #jitter: JitterBuffer | null = null;
  #maxPayloadBytes = DEFAULT_PAYLOAD_BYTES;
  #clockRate = 8000;
  #fifo = new PcmFifo((8000 * FIFO_MS) / 1000);
  #frame = new Int16Array((8000 * TICK_MS) / 1000);
  /** What the last packet was decoded with. */
  #decoder: AudioDecoder | null = null;
  /** What is heard while the other side says that it is silent (RFC 3389). */
  readonly #noise = new ComfortNoise();
  #isNoisy = false;
  /** Packets have passed by: what is in the buffer belongs to the past. */
  #isStale = true;

  constructor(codecs: ReadonlyMap<CodecName, AudioCodec>, user: InboundUser) {
    this.#codecs = codecs;
    this.#user = user;
  }

  connect(stream: AudioStream): void {
    const formats = new Map<number, Receiving>();
    for (const format of [...stream.accepted, stream.format]) {
      const codec = this.#codecs.get(format.codec);
      const before = this.#formats.get(format.payloadType);
      if (before !== undefined && before.format.codec === format.codec) formats.set(format.payloadType, before);
      else if (codec !== undefined) formats.set(format.payloadType, { format, codec, decoder: null });
    }
    this.#formats = formats;
    const maxPayloadBytes = stream.accepted.some(({ codec }) => codec === "opus")
      ? MAX_OPUS_BYTES
      : DEFAULT_PAYLOAD_BYTES;
    if (maxPayloadBytes > this.#maxPayloadBytes) this.#jitter = null;
    this.#maxPayloadBytes = Math.max(maxPayloadBytes, this.#maxPayloadBytes);
    this.#telephoneEvent = stream.telephoneEvent;
    this.#comfortNoise = stream.comfortNoise;
  }

  clockRateOf(payloadType: number): number | null | undefined {
    if (payloadType === this.#telephoneEvent) return null;
    if (payloadType === this.#comfortNoise) return this.#clockRate;
    return this.#formats.get(payloadType)?.format.clockRate;
  }

  take(packet: RtpPacket, bytes: Uint8Array, nowMs: number): void {
    if (packet.payloadType === this.#telephoneEvent) {
      const digit = this.#digits.receive(packet, bytes, nowMs);
      if (digit !== null) this.#user.digitHeard(digit);
      return;
    }
    const receiving = this.#formats.get(packet.payloadType);
    if (receiving === undefined) {
      // Comfort noise waits in the buffer too: its number would seem to be lost.
      if (!this.#isStale) this.#jitter?.push(packet, bytes, nowMs);
      return;
    }
    if (this.#user.audioArrived(packet, bytes, receiving.format, nowMs)) this.#keep(packet, bytes, receiving, nowMs);
    else this.#isStale = true;
  }

  /** The next 20 ms, valid until the next call; `null`: there is nothing to be heard. */
  hear(atMs: number): Int16Array | null {
    const jitter = this.#jitter;
    if (jitter === null || this.#isStale) return null;
    for (let pulls = 0; pulls < MAX_PULLS && this.#fifo.length < this.#frame.length; pulls++) {
      const playout = jitter.pull(atMs);
      if (playout.type === "empty") break;
      if (playout.type === "packet") this.#append(playout);
      else if (this.#decoder !== null) this.#fifo.push(this.#decoder.conceal((playout.ms * this.rate) / 1000));
    }
    const heard = this.#fifo.shift(this.#frame);
    if (this.#isNoisy) this.#noise.fill(this.#frame.subarray(heard));
    else this.#frame.fill(0, heard);
    return heard > 0 || this.#isNoisy ? this.#frame : null;
  }

  #keep(packet: RtpPacket, bytes: Uint8Array, { format }: Receiving, nowMs: number): void {
    this.#jitter ??= new JitterBuffer(format.clockRate, this.#maxPayloadBytes);
    if (this.#isStale || format.clockRate !== this.#clockRate) {
      this.#isStale = false;
      this.#clockRate = format.clockRate;
      this.#jitter.restart(format.clockRate);
      this.#fifo.clear();
      this.#isNoisy = false;
    }
    this.#jitter.push(packet, bytes, nowMs);
  }

  #append({ payloadType, payload, isSurplus }: PlayoutPacket): void {
    const receiving = this.#formats.get(payloadType);
    this.#isNoisy = payloadType === this.#comfortNoise;
    if (this.#isNoisy) this.#noise.update(payload);
    // Or of an agreement that has changed meanwhile.
    if (receiving === undefined) return;
    receiving.decoder ??= receiving.codec.createDecoder();
    this.#decoder = receiving.decoder;
    if (receiving.codec.sampleRate !== this.rate) this.#useRate(receiving.codec.sampleRate);
    const pcm = receiving.decoder.decode(payload);
    if (!isSurplus || !isQuiet(pcm)) this.#fifo.push(pcm);
  }

  #useRate(rate: number): void {
    this.rate = rate;
    this.#fifo = new PcmFifo((rate * FIFO_MS) / 1000);
    this.#frame = new Int16Array((rate * TICK_MS) / 1000);
  }
}

function isQuiet(pcm: Int16Array): boolean {
  for (const sample of pcm) if (sample > QUIET || sample < -QUIET) return false;
  return true;
}
