/**
 * What SRTP does to octets: AES in counter mode over the payload and a truncated HMAC-SHA1 behind it (RFC 3711 §4.1.1 and
 * §4.2.1). Made for 50 packets a second of many streams: one cipher object encrypts counters for life, and the HMAC
 * (RFC 2104) is two one-shot hashes; objects made per packet would cost ten times as much.
 */
import { type Cipheriv, createCipheriv, hash } from "node:crypto";
import { InvariantError } from "../../../base/errors.ts";
import { MAX_PACKET_BYTES, octet, uint32, writeUint32 } from "./packet.ts";
import type { SessionKeys } from "./srtp-keys.ts";

const BLOCK_BYTES = 16;
const MAX_BLOCKS = Math.ceil(MAX_PACKET_BYTES / BLOCK_BYTES);
/** Of SHA-1. */
const HASH_BLOCK_BYTES = 64;
const DIGEST_BYTES = 20;

/** Room for counters, shared by all: nothing is kept in it from one call to the next. */
const counters = Buffer.alloc(MAX_BLOCKS * BLOCK_BYTES);
/** What is hashed: the padded key, the packet, and four octets more. */
const message = Buffer.alloc(HASH_BLOCK_BYTES + MAX_PACKET_BYTES + 4);
const outer = Buffer.alloc(HASH_BLOCK_BYTES + DIGEST_BYTES);

export class SrtpTransform {
  readonly #cipher: Cipheriv;
  readonly #salt: Uint8Array;
  readonly #innerKey: Uint8Array;
  readonly #outerKey: Uint8Array;
  readonly #iv = Buffer.alloc(BLOCK_BYTES);

  constructor(keys: SessionKeys) {
    this.#cipher = createCipheriv("aes-128-ecb", keys.cipherKey, null).setAutoPadding(false);
    this.#salt = keys.salt;
    this.#innerKey = paddedKey(keys.authKey, 0x36);
    this.#outerKey = paddedKey(keys.authKey, 0x5c);
  }

  /** Encrypts or decrypts in place from `start` to `end`, for the packet that `index` (of 48 bits) numbers. */
  crypt(bytes: Uint8Array, range: { readonly start: number; readonly end: number }, ssrc: number, index: number): void {
    this.#setIv(ssrc, index);
    const length = range.end - range.start;
    const blocks = Math.ceil(length / BLOCK_BYTES);
    if (blocks > MAX_BLOCKS) throw new InvariantError(`A packet of ${range.end} octets is too long for SRTP.`);
    for (let block = 0; block < blocks; block++) {
      counters.set(this.#iv, block * BLOCK_BYTES);
      counters[block * BLOCK_BYTES + 14] = block >>> 8;
      counters[block * BLOCK_BYTES + 15] = block;
    }
    const stream = this.#cipher.update(counters.subarray(0, blocks * BLOCK_BYTES));
    for (let i = 0, at = range.start; i < length; i++, at++) bytes[at] = octet(bytes, at) ^ octet(stream, i);
  }

  /** The digest of the first `length` octets and of `suffix`, as characters of one octet each. */
  digest(bytes: Uint8Array, length: number, suffix: number | null): string {
    message.set(this.#innerKey);
    message.set(bytes.subarray(0, length), HASH_BLOCK_BYTES);
    let end = HASH_BLOCK_BYTES + length;
    if (suffix !== null) {
      writeUint32(message, end, suffix);
      end += 4;
    }
    const inner = hash("sha1", message.subarray(0, end), "binary");
    outer.set(this.#outerKey);
    for (let i = 0; i < DIGEST_BYTES; i++) outer[HASH_BLOCK_BYTES + i] = inner.charCodeAt(i);
    return hash("sha1", outer, "binary");
  }

  /** RFC 3711 §4.1.1: the salt, with the SSRC and the index of the packet over it. */
  #setIv(ssrc: number, index: number): void {
    const iv = this.#iv;
    iv.set(this.#salt);
    writeUint32(iv, 4, uint32(iv, 4) ^ ssrc);
    // The index reaches from octet 8 to 13.
    const high = Math.floor(index / 0x1_0000);
    writeUint32(iv, 8, uint32(iv, 8) ^ high);
    iv[12] = octet(iv, 12) ^ ((index >>> 8) & 0xff);
    iv[13] = octet(iv, 13) ^ (index & 0xff);
  }
}

/** Writes the first `count` octets of a digest. */
export function writeTag(bytes: Uint8Array, at: number, digest: string, count: number): void {
  for (let i = 0; i < count; i++) bytes[at + i] = digest.charCodeAt(i);
}

/** Compares in a time that does not tell how much was right. */
export function isTag(bytes: Uint8Array, at: number, digest: string, count: number): boolean {
  let difference = 0;
  for (let i = 0; i < count; i++) difference |= octet(bytes, at + i) ^ digest.charCodeAt(i);
  return difference === 0;
}

function paddedKey(key: Uint8Array, pad: number): Uint8Array {
  const padded = new Uint8Array(HASH_BLOCK_BYTES).fill(pad);
  key.forEach((value, i) => {
    padded[i] = value ^ pad;
  });
  return padded;
}
