/**
 * A certificate that signs itself, for one DTLS association: browsers look at its fingerprint alone (RFC 5763 §5). The least
 * that X.509 needs (RFC 5280 §4.1), as Node makes none.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { Fingerprint } from "../../../port/webrtc.ts";

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly fingerprint: Fingerprint;
}

const NAME = "WebRTC";
const DAY_MS = 24 * 3600_000;
/** Of DER (X.690 §8). */
const [INTEGER, BIT_STRING, UTF8_STRING, UTC_TIME, SEQUENCE, SET, VERSION] = [0x02, 0x03, 0x0c, 0x17, 0x30, 0x31, 0xa0];
const ECDSA_WITH_SHA256 = der(SEQUENCE, Buffer.from("06082a8648ce3d040302", "hex"));
const COMMON_NAME = Buffer.from("0603550403", "hex");
const VERSION_3 = der(VERSION, der(INTEGER, Buffer.from([2])));
const SERIAL_BYTES = 8;

export function createCertificate(now = Date.now()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(NAME)))));
  // The first bit says that a number is negative.
  const serial = der(INTEGER, Buffer.from([1]), randomBytes(SERIAL_BYTES));
  const validity = der(SEQUENCE, utcTime(now - DAY_MS), utcTime(now + 30 * DAY_MS));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const signed = der(SEQUENCE, VERSION_3, serial, ECDSA_WITH_SHA256, name, validity, name, spki);
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", signed, privateKey));
  const whole = der(SEQUENCE, signed, ECDSA_WITH_SHA256, signature);
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate: pem(whole), key, fingerprint: of(whole) };
}

function of(certificate: Buffer): Fingerprint {
  const digest = createHash("sha256").update(certificate).digest("hex").toUpperCase();
  return { algorithm: "sha-256", value: digest.match(/../g)?.join(":") ?? "" };
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** Nothing here is longer than 65535 octets. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}
