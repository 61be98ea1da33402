/** The phone's side of digest authentication (RFC 7616), written apart from the switch's own. */
import { createHash } from "node:crypto";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Asked {
  readonly method: string;
  readonly uri: string;
  /** Counts up where a nonce is used again. @default 1 */
  readonly count?: number;
  /** Of whoever is to be checked. @default our own */
  readonly cnonce?: string;
}

const HASHES: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256" };

/** The value of Authorization or Proxy-Authorization for the first of `challenges` that this phone can answer. */
export function digestAnswer(challenges: readonly string[], who: Credentials, asked: Asked): string {
  const challenge = challenges.find((value) => algorithmOf(value) in HASHES);
  if (challenge === undefined) throw new Error(`No challenge that can be answered in: ${challenges.join(" | ")}`);
  const algorithm = algorithmOf(challenge);
  const hash = (text: string) =>
    createHash(HASHES[algorithm] ?? "md5")
      .update(text, "latin1")
      .digest("hex");
  const [realm, nonce, opaque] = ["realm", "nonce", "opaque"].map((name) => quotedParam(challenge, name));
  const count = (asked.count ?? 1).toString(16).padStart(8, "0");
  const { cnonce = "0a4f113b" } = asked;
  const secret = hash(`${who.user}:${realm}:${who.password}`);
  const response = hash(`${secret}:${nonce}:${count}:${cnonce}:auth:${hash(`${asked.method}:${asked.uri}`)}`);
  const opaquePart = opaque === "" ? "" : `, opaque="${opaque}"`;
  return (
    `Digest username="${who.user}", realm="${realm}", nonce="${nonce}", uri="${asked.uri}", response="${response}", ` +
    `algorithm=${algorithm}, qop=auth, nc=${count}, cnonce="${cnonce}"${opaquePart}`
  );
}

export function algorithmOf(challenge: string): string {
  return /algorithm="?([\w-]+)"?/i.exec(challenge)?.[1]?.toUpperCase() ?? "MD5";
}

export function quotedParam(challenge: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`, "i").exec(challenge)?.[1] ?? "";
}
