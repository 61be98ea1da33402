/**
 * The server's side of STUN on the SIP port (RFC 5389 §7.3, RFC 5626 §8): a phone asks for its address as we see it, and
 * keeps its way through a NAT open. Only Binding is known; nothing is kept. Texts hold one octet a character.
 */
import { octetsOf } from "./host.ts";

const HEADER_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const MAGIC_COOKIE = 0x2112a442;
const MAPPED_ADDRESS = 0x0001;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const XOR_MAPPED_ADDRESS = 0x0020;
/** Attributes from here on may be passed over by whoever does not know them (RFC 5389 §15). */
const OPTIONAL_FROM = 0x8000;
/** Those below that a request may bear and that change nothing here: USERNAME, MESSAGE-INTEGRITY, and what RFC 3489 had. */
const HARMLESS: ReadonlySet<number> = new Set([0x0006, 0x0008]);
/** The answer is not to be larger than what it answers by more than it must: the source may be forged. */
const MAX_UNKNOWN = 8;

/** Whether a datagram is STUN and no SIP, by its first octet (RFC 5389 §6): SIP begins with a letter or a line end. */
export function isStun(text: string): boolean {
  return text.charCodeAt(0) <= 1;
}

/** The answer to a Binding request; undefined: it is none, or malformed. */
export function answerStun(text: string, address: string, port: number): string | undefined {
  const request = Buffer.from(text, "latin1");
  if (request.length < HEADER_BYTES || request.readUInt16BE(0) !== BINDING_REQUEST) return undefined;
  const length = request.readUInt16BE(2);
  if (length % 4 !== 0 || request.length !== HEADER_BYTES + length) return undefined;
  const unknown = unknownAttributes(request);
  if (unknown === undefined) return undefined;
  const id = request.subarray(4, HEADER_BYTES);
  // RFC 5389 §12.2: a client of RFC 3489 has no magic cookie, and knows MAPPED-ADDRESS alone.
  const isClassic = request.readUInt32BE(4) !== MAGIC_COOKIE;
  if (unknown.length > 0 && !isClassic) return message(BINDING_ERROR, id, [errorCode420(), listOf(unknown)]);
  return message(BINDING_SUCCESS, id, [mappedAddress(address, port, isClassic ? null : id)]);
}

/** Those that must be known and are not (RFC 5389 §7.3.1); undefined: the attributes do not fit their lengths. */
function unknownAttributes(request: Buffer): number[] | undefined {
  const unknown: number[] = [];
  let at = HEADER_BYTES;
  while (at + 4 <= request.length) {
    const type = request.readUInt16BE(at);
    if (type < OPTIONAL_FROM && !HARMLESS.has(type) && unknown.length < MAX_UNKNOWN) unknown.push(type);
    at += 4 + padded(request.readUInt16BE(at + 2));
  }
  return at === request.length ? unknown : undefined;
}

function message(type: number, id: Buffer, attributes: readonly Buffer[]): string {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, id, body]).toString("latin1");
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** RFC 5389 §15.1 and §15.2; `mask`: cookie and transaction ID, against NATs that rewrite whatever looks like an address. */
function mappedAddress(address: string, port: number, mask: Buffer | null): Buffer {
  const octets = octetsOf(address);
  const value = Buffer.alloc(4 + octets.length);
  value.writeUInt8(octets.length === 4 ? 1 : 2, 1);
  value.writeUInt16BE(mask === null ? port : port ^ mask.readUInt16BE(0), 2);
  for (const [index, octet] of octets.entries()) value[4 + index] = octet ^ (mask?.[index] ?? 0);
  return attribute(mask === null ? MAPPED_ADDRESS : XOR_MAPPED_ADDRESS, value);
}

function errorCode420(): Buffer {
  return attribute(ERROR_CODE, Buffer.from("\0\0\x04\x14Unknown Attribute", "latin1"));
}

function listOf(types: readonly number[]): Buffer {
  const value = Buffer.alloc(types.length * 2);
  for (const [index, type] of types.entries()) value.writeUInt16BE(type, index * 2);
  return attribute(UNKNOWN_ATTRIBUTES, value);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
