/**
 * SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966); URIs of other schemes keep their text. More is accepted in a user part
 * than the grammar has (`#`, UTF-8), since phones dial it; what could end or split a header is not.
 */
import { hostAt, hostEnd, parseIpv6 } from "./host.ts";
import {
  COLON,
  decimalAt,
  GREATER,
  isDigit,
  isHexDigit,
  isLetter,
  LESS,
  matchesIgnoringCase,
  PERCENT,
  QUOTE,
  SEMICOLON,
  SPACE,
} from "./token.ts";

export type UriParams = ReadonlyMap<string, string | true>;

export interface SipUri {
  readonly scheme: "sip" | "sips";
  /** Escaped, as written. */
  readonly user: string | undefined;
  /** Escaped, as written. */
  readonly password: string | undefined;
  /** Lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Lower-case names; names and values with their escapes undone. */
  readonly params: UriParams;
  /** What stands behind `?`, as written. */
  readonly headers: string | undefined;
  readonly text: string;
}

export interface TelUri {
  readonly scheme: "tel";
  /** Without visual separators, a leading + kept. */
  readonly number: string;
  readonly params: UriParams;
  readonly text: string;
}

export interface OtherUri {
  /** Lower case. */
  readonly scheme: string;
  readonly text: string;
}

export type Uri = ({ kind: "sip" } & SipUri) | ({ kind: "tel" } & TelUri) | ({ kind: "other" } & OtherUri);

const MAX_PORT = 65535;
const HASH = 0x23;
const STAR = 0x2a;
const PLUS = 0x2b;
const DASH = 0x2d;
const DOT = 0x2e;
const DELETE = 0x7f;
const NO_PARAMS: UriParams = new Map();
/** User characters that stand as they are (RFC 3261 §25.1: unreserved and user-unreserved). */
const USER_UNESCAPED = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g;

export function parseUri(text: string): Uri | undefined {
  const colon = schemeEnd(text);
  if (colon < 0 || colon === text.length - 1 || !isUriText(text, colon + 1)) return undefined;
  if (matchesIgnoringCase(text, 0, colon, "sip")) return parseSipUri(text, "sip", colon + 1);
  if (matchesIgnoringCase(text, 0, colon, "sips")) return parseSipUri(text, "sips", colon + 1);
  if (matchesIgnoringCase(text, 0, colon, "tel")) return parseTelUri(text, colon + 1);
  return { kind: "other", scheme: text.slice(0, colon).toLowerCase(), text };
}

/** Undoes %xx once; the octets are given as latin1. */
export function unescapeUser(user: string): string {
  if (!user.includes("%")) return user;
  return user.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Escapes all octets that a user part cannot hold. Takes wire text: one character per octet. */
export function escapeUser(user: string): string {
  return user.replace(USER_UNESCAPED, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

/** A host as it stands in a URI or a Via: an IPv6 address in brackets. */
export function formatHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** The colon behind a scheme (RFC 3986 §3.1); -1 if there is no scheme. */
function schemeEnd(text: string): number {
  if (!isLetter(text.charCodeAt(0))) return -1;
  for (let pos = 1; pos < text.length; pos++) {
    const code = text.charCodeAt(pos);
    if (code === COLON) return pos;
    if (!isLetter(code) && !isDigit(code) && code !== PLUS && code !== DASH && code !== DOT) return -1;
  }
  return -1;
}

/** Nothing that cannot stand in a URI, and every % begins an escape. */
function isUriText(text: string, start: number): boolean {
  for (let pos = start; pos < text.length; pos++) {
    const code = text.charCodeAt(pos);
    if (code <= SPACE || code === DELETE || code === QUOTE || code === LESS || code === GREATER) return false;
    if (code !== PERCENT) continue;
    if (!isHexDigit(text.charCodeAt(pos + 1)) || !isHexDigit(text.charCodeAt(pos + 2))) return false;
  }
  return true;
}

function parseSipUri(text: string, scheme: "sip" | "sips", start: number): Uri | undefined {
  const at = text.indexOf("@", start);
  const hostStart = at < 0 ? start : at + 1;
  if (at === start) return undefined;
  const afterHost = hostEnd(text, hostStart, text.length);
  if (afterHost < 0) return undefined;
  let pos = afterHost;
  let port: number | undefined;
  if (text.charCodeAt(pos) === COLON) {
    const digits = pos + 1;
    for (pos = digits; isDigit(text.charCodeAt(pos)); pos++);
    port = decimalAt(text, digits, pos, MAX_PORT);
    if (port < 1) return undefined;
  }
  const question = text.indexOf("?", pos);
  const paramsEnd = question < 0 ? text.length : question;
  const params = parseParams(text, pos, paramsEnd);
  if (params === undefined) return undefined;
  const headers = question < 0 ? undefined : text.slice(question + 1);
  if (headers === "") return undefined;
  const colon = at < 0 ? -1 : text.indexOf(":", start);
  const hasPassword = colon >= 0 && colon < at;
  if (hasPassword && colon === start) return undefined;
  const user = at < 0 ? undefined : text.slice(start, hasPassword ? colon : at);
  const password = hasPassword ? text.slice(colon + 1, at) : undefined;
  const host = hostAt(text, hostStart, afterHost);
  return { kind: "sip", scheme, user, password, host, port, params, headers, text };
}

/** RFC 3966 §3: a global number begins with + and has digits alone; a local one may have hexadecimal digits, * and #. */
function parseTelUri(text: string, start: number): Uri | undefined {
  const semicolon = text.indexOf(";", start);
  const end = semicolon < 0 ? text.length : semicolon;
  const isGlobal = text.charCodeAt(start) === PLUS;
  let hasDigit = false;
  for (let pos = isGlobal ? start + 1 : start; pos < end; pos++) {
    const code = text.charCodeAt(pos);
    if (isDigit(code) || (!isGlobal && (isHexDigit(code) || code === STAR || code === HASH))) hasDigit = true;
    else if (!isVisualSeparator(code)) return undefined;
  }
  const params = parseParams(text, end, text.length);
  if (!hasDigit || params === undefined) return undefined;
  return { kind: "tel", scheme: "tel", number: text.slice(start, end).replace(/[-.()]/g, ""), params, text };
}

function isVisualSeparator(code: number): boolean {
  return code === DASH || code === DOT || code === 0x28 || code === 0x29;
}

/** `;name=value` up to `end`; `undefined` where something is empty or in between. Of a repeated name the first counts. */
function parseParams(text: string, start: number, end: number): UriParams | undefined {
  if (start === end) return NO_PARAMS;
  if (text.charCodeAt(start) !== SEMICOLON) return undefined;
  const params = new Map<string, string | true>();
  for (let pos = start; pos < end; ) {
    const next = text.indexOf(";", pos + 1);
    const stop = next < 0 || next > end ? end : next;
    const equals = text.indexOf("=", pos + 1);
    const nameEnd = equals < 0 || equals > stop ? stop : equals;
    if (nameEnd === pos + 1) return undefined;
    const name = unescapeUser(text.slice(pos + 1, nameEnd)).toLowerCase();
    const value = nameEnd === stop ? true : unescapeUser(text.slice(nameEnd + 1, stop));
    if (!params.has(name)) params.set(name, value);
    pos = stop;
  }
  return params;
}

/** Parameters that make two URIs differ when only one has them (RFC 3261 §19.1.4; transport as its examples have it). */
const NEVER_IGNORED = ["user", "ttl", "method", "maddr", "transport"];

/**
 * A URI as it may stand in a request line: `?headers` and the `method` parameter are for whoever makes a request of a
 * link, and have no place there (RFC 3261 §19.1.1, table 1).
 */
export function toRequestUri(text: string): string {
  if (!text.includes("?") && !/;method=/i.test(text)) return text;
  const uri = parseUri(text);
  if (uri?.kind !== "sip") return text;
  const bare = uri.headers === undefined ? text : text.slice(0, text.length - uri.headers.length - 1);
  // In a user part it is a part of the user.
  const behindUser = bare.indexOf("@") + 1;
  return bare.slice(0, behindUser) + bare.slice(behindUser).replace(/;method=[^;]*/gi, "");
}

/** Whether two URIs name the same resource (RFC 3261 §19.1.4, RFC 5954 §4.2, RFC 3966 §4). */
export function isSameUri(a: Uri, b: Uri): boolean {
  if (a.kind === "sip" && b.kind === "sip") return isSameSipUri(a, b);
  if (a.kind === "tel" && b.kind === "tel") return isSameTelUri(a, b);
  if (a.kind !== "other" || b.kind !== "other" || a.scheme !== b.scheme) return false;
  return a.text.slice(a.scheme.length) === b.text.slice(b.scheme.length);
}

function isSameSipUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme || a.port !== b.port || !isSameHost(a.host, b.host)) return false;
  if (unescaped(a.user) !== unescaped(b.user) || unescaped(a.password) !== unescaped(b.password)) return false;
  for (const [name, value] of a.params) {
    const other = b.params.get(name);
    if (other === undefined ? NEVER_IGNORED.includes(name) : !isSameValue(value, other)) return false;
  }
  if (NEVER_IGNORED.some((name) => b.params.has(name) && !a.params.has(name))) return false;
  return headersKey(a.headers) === headersKey(b.headers);
}

function isSameTelUri(a: TelUri, b: TelUri): boolean {
  if (a.number.toLowerCase() !== b.number.toLowerCase() || a.params.size !== b.params.size) return false;
  for (const [name, value] of a.params) {
    const other = b.params.get(name);
    if (other === undefined || !isSameValue(value, other)) return false;
  }
  return true;
}

function isSameHost(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.includes(":") || !b.includes(":")) return false;
  const groups = parseIpv6(b);
  return parseIpv6(a)?.every((group, index) => group === groups?.[index]) ?? false;
}

function isSameValue(a: string | true, b: string | true): boolean {
  return a === b || (a !== true && b !== true && a.toLowerCase() === b.toLowerCase());
}

function unescaped(part: string | undefined): string | undefined {
  return part === undefined ? undefined : unescapeUser(part);
}

/** Headers in an order of their own, names in lower case, escapes undone; each stays a word of its own. */
function headersKey(headers: string | undefined): string {
  if (headers === undefined) return "";
  const words = headers.split("&").map((header) => {
    const equals = header.indexOf("=");
    const name = unescapeUser(equals < 0 ? header : header.slice(0, equals)).toLowerCase();
    return JSON.stringify([name, equals < 0 ? "" : unescapeUser(header.slice(equals + 1))]);
  });
  return words.sort().join();
}
