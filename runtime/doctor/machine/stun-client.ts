/** Asks a STUN server how it sees us (RFC 8489 §7.3): one Binding, sent a few times. */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

export interface Mapped {
  readonly address: string;
  readonly port: number;
  /** The port that we have sent from. */
  readonly localPort: number;
}

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const BINDING = 0x0001;
const SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const RESEND_MS = 500;
const SENDS = 4;

/** `server`: a number; `undefined`: no answer. */
export function askStun(server: { readonly address: string; readonly port: number }): Promise<Mapped | undefined> {
  const id = randomBytes(12);
  const request = Buffer.alloc(HEADER_BYTES);
  request.writeUInt16BE(BINDING, 0);
  request.writeUInt32BE(MAGIC_COOKIE, 4);
  id.copy(request, 8);
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
    let sends = 0;
    const end = (mapped: Mapped | undefined): void => {
      clearInterval(timer);
      socket.close();
      resolve(mapped);
    };
    const send = (): void => {
      if (sends++ < SENDS) socket.send(request, server.port, server.address, () => {});
      else end(undefined);
    };
    const timer = setInterval(send, RESEND_MS);
    socket.on("error", () => end(undefined));
    socket.on("message", (answer) => {
      const mapped = mappedIn(answer, id);
      if (mapped !== undefined) end({ ...mapped, localPort: socket.address().port });
    });
    send();
  });
}

/** The address in an answer to the request of this id; IPv4 alone: NATs are where that is. */
export function mappedIn(answer: Buffer, id: Buffer): { address: string; port: number } | undefined {
  if (answer.length < HEADER_BYTES || answer.readUInt16BE(0) !== SUCCESS) return undefined;
  if (!answer.subarray(8, HEADER_BYTES).equals(id)) return undefined;
  for (let at = HEADER_BYTES; at + 4 <= answer.length; ) {
    const length = answer.readUInt16BE(at + 2);
    const isAddress = answer.readUInt16BE(at) === XOR_MAPPED_ADDRESS && length >= 8 && at + 12 <= answer.length;
    if (isAddress && answer.readUInt8(at + 5) === 1) {
      const port = answer.readUInt16BE(at + 6) ^ (MAGIC_COOKIE >>> 16);
      const bits = (answer.readUInt32BE(at + 8) ^ MAGIC_COOKIE) >>> 0;
      return { address: [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join("."), port };
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}
