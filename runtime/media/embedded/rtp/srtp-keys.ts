/**
 * Session keys of SRTP from the master key and salt of SDES (RFC 3711 §4.3 with a derivation rate of 0, RFC 4568 §6.1).
 */
import { createCipheriv } from "node:crypto";
import { fail, ok, type Result } from "../../../base/result.ts";

export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES = 14;
const AUTH_KEY_BYTES = 20;
/** RFC 3711 §4.3.1: RTP's labels begin here, RTCP's three later. */
const RTP_LABEL = 0;
const RTCP_LABEL = 3;

export interface SessionKeys {
  readonly cipherKey: Uint8Array;
  readonly authKey: Uint8Array;
  readonly salt: Uint8Array;
}

export interface MasterKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** Reads base64 as SDP has it. */
export function parseMasterKey(text: string): Result<MasterKey, string> {
  const bytes = Buffer.from(text, "base64");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  const expected = MASTER_KEY_BYTES + MASTER_SALT_BYTES;
  if (!isBase64 || bytes.length !== expected) {
    return fail(`An SRTP key must be the base64 of ${expected} octets; this one holds ${bytes.length}.`);
  }
  return ok({ key: bytes.subarray(0, MASTER_KEY_BYTES), salt: bytes.subarray(MASTER_KEY_BYTES) });
}

export function deriveKeys(master: MasterKey, stream: "rtp" | "rtcp"): SessionKeys {
  const label = stream === "rtp" ? RTP_LABEL : RTCP_LABEL;
  return {
    cipherKey: derive(master, label, MASTER_KEY_BYTES),
    authKey: derive(master, label + 1, AUTH_KEY_BYTES),
    salt: derive(master, label + 2, MASTER_SALT_BYTES),
  };
}

/** RFC 3711 §4.3.3: the keystream of AES in counter mode, from the salt with the label in its eighth octet. */
function derive(master: MasterKey, label: number, bytes: number): Uint8Array {
  const iv = Buffer.alloc(16);
  iv.set(master.salt);
  iv[7] = (iv[7] ?? 0) ^ label;
  return createCipheriv("aes-128-ctr", master.key, iv).update(Buffer.alloc(bytes));
}
