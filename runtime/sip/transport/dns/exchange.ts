/**
 * One question to one DNS server: over UDP from a port of its own (RFC 5452), over TCP where the answer does not fit
 * (RFC 7766). What is not an answer to this very question is passed over.
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { type DecodedPacket, decode, encode, RECURSION_DESIRED, TRUNCATED_RESPONSE } from "dns-packet";
import { type AskedType, canonicalName } from "./answer.ts";
import { DnsFailure } from "./failure.ts";
import type { DnsServer } from "./servers.ts";

/** RFC 9715: what passes any path without fragments. */
const UDP_PAYLOAD_BYTES = 1232;
const LENGTH_BYTES = 2;
/** Forged answers that are looked at before the question is given up. */
const MAX_STRAYS = 64;

export interface DnsQuestion {
  readonly type: AskedType;
  readonly name: string;
  /** Whether the server is told that we take larger datagrams (RFC 6891); some old ones do not know it. */
  readonly isExtended: boolean;
}

/** Asks, and gives what the server says. Rejects with a `DnsFailure`. */
export async function exchange(question: DnsQuestion, server: DnsServer, timeoutMs: number): Promise<DecodedPacket> {
  const deadline = performance.now() + timeoutMs;
  const packet = await overUdp(question, server, timeoutMs);
  if (((packet.flags ?? 0) & TRUNCATED_RESPONSE) === 0) return packet;
  return overTcp(question, server, Math.max(1, deadline - performance.now()));
}

function overUdp(question: DnsQuestion, server: DnsServer, timeoutMs: number): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>();
  const socket = createSocket(server.family === 4 ? "udp4" : "udp6");
  const timer = setTimeout(() => reject(timeout(server)), timeoutMs);
  const { id, bytes } = write(question);
  let strays = 0;
  // A connected socket takes datagrams of that server alone, and hears that nobody is there.
  socket.on("connect", () => socket.send(bytes));
  socket.on("message", (message) => {
    const packet = read(message, id, question);
    if (packet !== undefined) resolve(packet);
    else if (++strays >= MAX_STRAYS) reject(new DnsFailure("bad-answer", `${name(server)} sends what is no answer.`));
  });
  socket.on("error", (error) => reject(unreachable(server, error)));
  try {
    socket.connect(server.port, server.address);
  } catch (error) {
    reject(unreachable(server, error as Error));
  }
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function overTcp(question: DnsQuestion, server: DnsServer, timeoutMs: number): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>();
  const timer = setTimeout(() => reject(timeout(server)), timeoutMs);
  const { id, bytes } = write(question);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(bytes.length);
  const socket = connect({ host: server.address, port: server.port });
  let received = Buffer.alloc(0);
  socket.on("connect", () => socket.write(Buffer.concat([length, bytes])));
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < LENGTH_BYTES) return;
    const end = LENGTH_BYTES + received.readUInt16BE();
    if (received.length < end) return;
    const packet = read(received.subarray(LENGTH_BYTES, end), id, question);
    if (packet === undefined) reject(new DnsFailure("bad-answer", `${name(server)} sends what is no answer.`));
    else resolve(packet);
  });
  socket.on("error", (error) => reject(unreachable(server, error)));
  socket.on("close", () => reject(new DnsFailure("unreachable", `${name(server)} has closed the connection.`)));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

function write({ type, name, isExtended }: DnsQuestion): { readonly id: number; readonly bytes: Buffer } {
  const id = randomInt(0x10000);
  const bytes = encode({
    type: "query",
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: isExtended ? [optionsRecord()] : [],
  });
  return { id, bytes };
}

function optionsRecord() {
  return {
    type: "OPT" as const,
    name: "." as const,
    udpPayloadSize: UDP_PAYLOAD_BYTES,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

/** The packet, if it answers this question; garbage and what others are to believe is `undefined`. */
function read(bytes: Buffer, id: number, question: DnsQuestion): DecodedPacket | undefined {
  try {
    const packet = decode(bytes);
    const [asked] = packet.questions ?? [];
    const isOurs = packet.type === "response" && packet.id === id;
    if (!isOurs || asked?.type !== question.type || canonicalName(asked.name) !== canonicalName(question.name))
      return undefined;
    return packet;
  } catch {
    return undefined;
  }
}

function timeout(server: DnsServer): DnsFailure {
  return new DnsFailure("timeout", `${name(server)} has not answered in time.`);
}

function unreachable(server: DnsServer, error: Error): DnsFailure {
  return new DnsFailure("unreachable", `${name(server)} cannot be reached: ${error.message}.`);
}

function name({ address, port }: DnsServer): string {
  return `The DNS server ${address} (port ${port})`;
}
