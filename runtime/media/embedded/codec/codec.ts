/**
 * A codec as the endpoints use it: PCM of 16 bits in, payloads out, and back. An encoder and a decoder belong to one
 * stream, since some codecs remember what came before.
 */
import type { CodecName } from "../../../port/media.ts";

export interface AudioEncoder {
  /** The payload of one packet: valid until the next call. */
  encode(pcm: Int16Array): Uint8Array;
}

export interface AudioDecoder {
  /** The samples of one packet: valid until the next call. Whatever the payload holds, it never throws. */
  decode(payload: Uint8Array): Int16Array;
  /** What is heard in place of a packet that has not come: valid until the next call. */
  conceal(samples: number): Int16Array;
}

export interface AudioCodec {
  readonly name: CodecName;
  /** Samples per second of the PCM on our side. */
  readonly sampleRate: 8000 | 16000 | 48000;
  /** Ticks per second of the RTP timestamp: 8000 for G722 (RFC 3551 §4.5.2). */
  readonly clockRate: number;
  createEncoder(): AudioEncoder;
  createDecoder(): AudioDecoder;
}
