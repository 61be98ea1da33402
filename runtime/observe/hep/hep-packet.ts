/** A packet of the Homer Encapsulation Protocol, version 3: chunks, each with a vendor (0: generic), a type and its length. */
import { isIPv4 } from "node:net";
import { addressBytes, type End } from "../capture/ip-packet.ts";

const HEADER_BYTES = 6;
const CHUNK_HEADER_BYTES = 6;
/** What the 16 bits of the length can say, and a datagram can hold. */
export const MOST_PACKET_BYTES = 65_000;

const CHUNK = {
  family: 0x01,
  protocol: 0x02,
  source4: 0x03,
  destination4: 0x04,
  source6: 0x05,
  destination6: 0x06,
  sourcePort: 0x07,
  destinationPort: 0x08,
  seconds: 0x09,
  microseconds: 0x0a,
  payloadType: 0x0b,
  captureId: 0x0c,
  password: 0x0e,
  payload: 0x0f,
} as const;

const AF_INET = 2;
const AF_INET6 = 10;
const TCP = 6;
const UDP = 17;
const SIP = 1;

export interface HepMessage {
  readonly from: End;
  readonly to: End;
  readonly isDatagram: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly payload: Buffer;
  readonly captureId: number;
  readonly password: string | null;
}

/** `undefined`: it is too large. */
export function hepPacket({ from, to, isDatagram, at, payload, captureId, password }: HepMessage): Buffer | undefined {
  const isV4 = isIPv4(from.address) && isIPv4(to.address);
  const microseconds = Math.round(at * 1000);
  const chunks = [
    chunk(CHUNK.family, uint(1, isV4 ? AF_INET : AF_INET6)),
    chunk(CHUNK.protocol, uint(1, isDatagram ? UDP : TCP)),
    chunk(isV4 ? CHUNK.source4 : CHUNK.source6, addressBytes(from.address, isV4)),
    chunk(isV4 ? CHUNK.destination4 : CHUNK.destination6, addressBytes(to.address, isV4)),
    chunk(CHUNK.sourcePort, uint(2, from.port)),
    chunk(CHUNK.destinationPort, uint(2, to.port)),
    chunk(CHUNK.seconds, uint(4, Math.floor(microseconds / 1_000_000))),
    chunk(CHUNK.microseconds, uint(4, microseconds % 1_000_000)),
    chunk(CHUNK.payloadType, uint(1, SIP)),
    chunk(CHUNK.captureId, uint(4, captureId)),
    ...(password === null ? [] : [chunk(CHUNK.password, Buffer.from(password))]),
    chunk(CHUNK.payload, payload),
  ].flat();
  const length = HEADER_BYTES + chunks.reduce((sum, { length }) => sum + length, 0);
  if (length > MOST_PACKET_BYTES) return undefined;
  return Buffer.concat([Buffer.from("HEP3"), uint(2, length), ...chunks], length);
}

function chunk(type: number, value: Buffer): readonly Buffer[] {
  const header = Buffer.alloc(CHUNK_HEADER_BYTES);
  header.writeUInt16BE(type, 2);
  // One that is too long makes a packet that is too long, which nobody sends.
  header.writeUInt16BE(Math.min(CHUNK_HEADER_BYTES + value.length, 0xffff), 4);
  return [header, value];
}

function uint(bytes: 1 | 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
