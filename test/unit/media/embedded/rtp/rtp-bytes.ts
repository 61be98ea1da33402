/** RTP packets as octets, written by hand, not by the code under test. */
import { createRtpPacket, parseRtp, type RtpPacket } from "../../../../../runtime/media/embedded/rtp/packet.ts";

export interface RtpFields {
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly payload?: readonly number[];
}

export const SSRC = 0x11223344;

export function rtpBytes(fields: RtpFields = {}): Buffer {
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = (fields.marker ? 0x80 : 0) | (fields.payloadType ?? 0);
  head.writeUInt16BE((fields.sequence ?? 1) & 0xffff, 2);
  head.writeUInt32BE((fields.timestamp ?? 0) >>> 0, 4);
  head.writeUInt32BE(fields.ssrc ?? SSRC, 8);
  return Buffer.concat([head, Buffer.from(fields.payload ?? [1, 2, 3, 4])]);
}

export function rtpPacket(bytes: Uint8Array): RtpPacket {
  const packet = createRtpPacket();
  if (!parseRtp(bytes, bytes.length, packet)) throw new Error("the test made a packet that is none");
  return packet;
}
