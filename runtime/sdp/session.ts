/**
 * What a leg must remember of its descriptions (RFC 3264 §8): plain data, so that another process can go on with it.
 * Each answer or offer of ours takes the session and gives it back as it is afterwards.
 */
import { isIP } from "node:net";
import type { RandomOctets, SrtpSuite } from "./crypto-line.ts";
import { encodingKey, type PayloadFormat } from "./encoding.ts";

export interface SdpSession {
  /** Of the `o=` line: the same as long as the leg lives. */
  readonly id: string;
  /** Of our last description; 0 before the first. */
  readonly version: number;
  /** Our last description; `null` before the first. */
  readonly local: string | null;
  /** What each payload type of the audio has stood for: it must never stand for anything else (§8.3.2). */
  readonly payloads: Readonly<Record<number, string>>;
  /** Our SRTP keys: kept, so that a description that changes something else does not begin SRTP anew. */
  readonly keys: Readonly<Partial<Record<SrtpSuite, string>>>;
}

/** A description of ours and the session after it. */
export interface Described {
  readonly text: string;
  readonly session: SdpSession;
}

export interface Content {
  readonly address: string;
  readonly timing: string;
  /** The media lines that share one transport (RFC 9143), by name. @default none */
  readonly bundle?: readonly string[];
  /** Media lines with what follows them, each ended by CRLF. */
  readonly sections: readonly string[];
}

export function newSession(random: RandomOctets): SdpSession {
  // RFC 8866 §5.2: digits that nobody else has; 48 bits of chance.
  const id = String(Buffer.from(random(6)).readUIntBE(0, 6));
  return { id, version: 0, local: null, payloads: {}, keys: {} };
}

/** RFC 3264 §8: the version grows by one if anything has changed, and stays if nothing has. */
export function describe(session: SdpSession, content: Content): Described {
  if (session.local !== null && session.local === write(session.id, session.version, content)) {
    return { text: session.local, session };
  }
  const version = session.version + 1;
  const text = write(session.id, version, content);
  return { text, session: { ...session, version, local: text } };
}

/** How many media lines the descriptions of the session have: they may become more, and never fewer (RFC 3264 §8). */
export function mediaLinesOf({ local }: SdpSession): number {
  return local === null ? 0 : local.split("\r\nm=").length - 1;
}

export function withPayloads(session: SdpSession, formats: readonly PayloadFormat[]): SdpSession {
  const added = formats.map((format) => [format.payloadType, encodingKey(format)]);
  return { ...session, payloads: { ...session.payloads, ...Object.fromEntries(added) } };
}

function write(id: string, version: number, { address, timing, bundle = [], sections }: Content): string {
  const network = `IN IP${isIP(address) === 6 ? 6 : 4} ${address}`;
  const head = ["v=0", `o=- ${id} ${version} ${network}`, "s=-", `c=${network}`, `t=${timing}`];
  if (bundle.length > 0) head.push(`a=group:BUNDLE ${bundle.join(" ")}`);
  return `${head.join("\r\n")}\r\n${sections.join("")}`;
}
