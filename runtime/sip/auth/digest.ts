/**
 * Digest arithmetic (RFC 2617 §3.2.2, RFC 7616 §3.4, RFC 8760 §2): HA1, HA2 and the response. Text from the wire is
 * hashed octet by octet (latin1); names and passwords that we are told ourselves are hashed as UTF-8.
 */
import { hash, timingSafeEqual } from "node:crypto";

export type DigestHash = "MD5" | "SHA-256" | "SHA-512-256";
export type DigestAlgorithm = DigestHash | `${DigestHash}-sess`;

/** H(user:realm:password) in hex, for each algorithm that we challenge with. */
export interface PasswordHashes {
  readonly ha1Md5: string;
  readonly ha1Sha256: string;
}

/** What goes into a response besides HA1; the directives as the header carries them. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Absent: the form of RFC 2069, without `nc` and `cnonce`. */
  readonly qop?: "auth" | "auth-int";
  readonly nc?: string;
  readonly cnonce?: string;
  /** The body, for `auth-int`. */
  readonly body?: string;
}

const OPENSSL_NAMES: Readonly<Record<DigestHash, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};

/** The algorithm by its name in a header, in any case; `undefined` where we do not know it. Absent means MD5. */
export function parseAlgorithm(name: string | undefined): DigestAlgorithm | undefined {
  const upper = (name ?? "MD5").toUpperCase();
  const session = upper.endsWith("-SESS");
  const base = session ? upper.slice(0, -5) : upper;
  if (base !== "MD5" && base !== "SHA-256" && base !== "SHA-512-256") return undefined;
  return session ? `${base}-sess` : base;
}

/** The hash under an algorithm: the `-sess` variants differ in HA1 alone. */
export function hashOf(algorithm: DigestAlgorithm): DigestHash {
  // A -sess name is a hash name and five letters; the type cannot say so.
  return (algorithm.endsWith("-sess") ? algorithm.slice(0, -5) : algorithm) as DigestHash;
}

/** H(user:realm:password) in hex. */
export function hashCredentials(algorithm: DigestHash, user: string, realm: string, password: string): string {
  return hash(OPENSSL_NAMES[algorithm], `${user}:${realm}:${password}`, "hex");
}

/** What is kept of a password. */
export function hashPassword(user: string, realm: string, password: string): PasswordHashes {
  return {
    ha1Md5: hashCredentials("MD5", user, realm, password),
    ha1Sha256: hashCredentials("SHA-256", user, realm, password),
  };
}

/** The response in hex, from H(user:realm:password). */
export function digestResponse(ha1: string, input: DigestInput): string {
  const algorithm = hashOf(input.algorithm);
  const sessionHa1 =
    input.algorithm === algorithm ? ha1 : hashWire(algorithm, `${ha1}:${input.nonce}:${input.cnonce ?? ""}`);
  const ha2 =
    input.qop === "auth-int"
      ? hashWire(algorithm, `${input.method}:${input.uri}:${hashWire(algorithm, input.body ?? "")}`)
      : hashWire(algorithm, `${input.method}:${input.uri}`);
  if (input.qop === undefined) return hashWire(algorithm, `${sessionHa1}:${input.nonce}:${ha2}`);
  return hashWire(algorithm, `${sessionHa1}:${input.nonce}:${input.nc}:${input.cnonce}:${input.qop}:${ha2}`);
}

/** Compares two responses in a time that tells nothing about where they differ. */
export function isSameResponse(expected: string, given: string): boolean {
  const lower = given.toLowerCase();
  if (expected.length !== lower.length) return false;
  return timingSafeEqual(Buffer.from(expected, "latin1"), Buffer.from(lower, "latin1"));
}

function hashWire(algorithm: DigestHash, text: string): string {
  return hash(OPENSSL_NAMES[algorithm], Buffer.from(text, "latin1"), "hex");
}
