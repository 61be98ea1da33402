/**
 * `a=crypto` (RFC 4568): the keys of SRTP within the description. A line that asks for what we do not do, a master key
 * identifier or a session parameter that changes the stream, is none of ours: it must not be chosen (§6.3.8).
 */
import type { SrtpKeys } from "../port/media.ts";

export type SrtpSuite = SrtpKeys["suite"];

export interface CryptoLine {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Base64 of master key and salt. */
  readonly key: string;
}

/** Octets from a generator that cannot be guessed: `randomBytes` of node:crypto. */
export type RandomOctets = (count: number) => Uint8Array;

/** Best first. */
export const SUITES: readonly SrtpSuite[] = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];

/** RFC 4568 §6.2: 16 octets of key and 14 of salt, for both suites. */
const KEY_OCTETS = 30;
const KEY = /^[A-Za-z0-9+/]{40}$/;
const LIFETIME = /^(?:2\^\d{1,2}|\d{1,15})$/;
/** A hint at the window of replay protection, and what its sender marks as harmless to ignore. */
const IGNORED_PARAMETER = /^(?:WSH=\d+|-.*)$/;

export function parseCryptoLine(value: string): CryptoLine | null {
  const [tag, suiteName, keys, ...parameters] = value.trim().split(/ +/);
  const suite = SUITES.find((name) => name === suiteName);
  if (tag === undefined || !/^\d{1,9}$/.test(tag) || suite === undefined || keys === undefined) return null;
  if (!parameters.every((parameter) => IGNORED_PARAMETER.test(parameter))) return null;
  const key = parseInlineKey(keys);
  return key === null ? null : { tag: Number(tag), suite, key };
}

export function formatCryptoLine({ tag, suite, key }: CryptoLine): string {
  return `a=crypto:${tag} ${suite} inline:${key}`;
}

export function newKey(random: RandomOctets): string {
  return Buffer.from(random(KEY_OCTETS)).toString("base64");
}

/** `inline:KEY|lifetime`: with `|MKI:length` its packets would carry more than we read. */
function parseInlineKey(text: string): string | null {
  if (!text.toLowerCase().startsWith("inline:")) return null;
  const [key = "", lifetime, ...more] = text.slice("inline:".length).split("|");
  if (!KEY.test(key) || more.length > 0) return null;
  return lifetime === undefined || LIFETIME.test(lifetime) ? key : null;
}
