/** Request lines and status lines (RFC 3261 §7.1, §7.2). */
import type { Problem } from "./head.ts";
import { PARSE_LIMITS } from "./limits.ts";
import { decimalAt, isDigit, matchesIgnoringCase, SPACE, tokenEnd, trimEnd } from "./token.ts";
import { parseUri, type Uri } from "./uri.ts";

export interface RequestLine {
  readonly method: string;
  readonly uri: string;
  readonly requestUri: Uri | undefined;
  readonly problem: Problem | undefined;
}

export interface StatusLine {
  readonly status: number;
  readonly reason: string;
}

const DOT = 0x2e;
const VERSION = "sip/2.0";

const BAD_REQUEST_LINE: Problem = { status: 400, reason: "Malformed request line" };
const BAD_URI: Problem = { status: 400, reason: "Malformed Request-URI" };
const URI_HEADERS: Problem = { status: 400, reason: "Headers in the Request-URI" };
const URI_TOO_LONG: Problem = { status: 414, reason: "Request-URI Too Long" };
const OTHER_VERSION: Problem = { status: 505, reason: "Version Not Supported" };

export function isStatusLine(text: string, start: number): boolean {
  return matchesIgnoringCase(text, start, start + 4, "sip/");
}

/** Parses `METHOD SP Request-URI SP SIP/2.0`; `undefined` if this is no SIP at all. */
export function parseRequestLine(text: string, start: number, end: number): RequestLine | undefined {
  const methodEnd = tokenEnd(text, start, end);
  const lineEnd = trimEnd(text, start, end);
  let versionStart = lineEnd;
  while (versionStart > methodEnd && text.charCodeAt(versionStart - 1) !== SPACE) versionStart--;
  if (methodEnd === start || versionStart <= methodEnd || !isStatusLine(text, versionStart)) return undefined;
  const method = text.slice(start, methodEnd);
  const uri = text.slice(methodEnd + 1, versionStart - 1);
  if (!matchesIgnoringCase(text, versionStart, lineEnd, VERSION)) {
    return refused(method, uri, isVersion(text, versionStart, lineEnd) ? OTHER_VERSION : BAD_REQUEST_LINE);
  }
  // One space between the parts and none behind (RFC 4475 §3.1.2.9, §3.1.2.10): what was meant is anyone's guess.
  if (lineEnd !== end || text.charCodeAt(methodEnd) !== SPACE) return refused(method, uri, BAD_REQUEST_LINE);
  if (uri.length > PARSE_LIMITS.uriBytes) return refused(method, uri, URI_TOO_LONG);
  const requestUri = parseUri(uri);
  if (requestUri === undefined) return refused(method, uri, BAD_URI);
  // RFC 3261 §19.1.1: not allowed here, and taking them for headers would let a peer write into what we send.
  if (requestUri.kind === "sip" && requestUri.headers !== undefined) return refused(method, uri, URI_HEADERS);
  return { method, uri, requestUri, problem: undefined };
}

function refused(method: string, uri: string, problem: Problem): RequestLine {
  return { method, uri: uri.trim(), requestUri: undefined, problem };
}

/** Parses `SIP/2.0 SP 3DIGIT SP reason`; the reason may be empty, and the space before it missing. */
export function parseStatusLine(text: string, start: number, end: number): StatusLine | undefined {
  const code = start + VERSION.length + 1;
  const codeEnd = code + 3;
  if (!matchesIgnoringCase(text, start, start + VERSION.length, VERSION) || codeEnd > end) return undefined;
  if (text.charCodeAt(code - 1) !== SPACE || (codeEnd < end && text.charCodeAt(codeEnd) !== SPACE)) return undefined;
  const status = decimalAt(text, code, codeEnd, 699);
  return status < 100 ? undefined : { status, reason: text.slice(Math.min(codeEnd + 1, end), end) };
}

/** `SIP/` digits `.` digits */
function isVersion(text: string, start: number, end: number): boolean {
  let pos = start + 4;
  const major = pos;
  while (pos < end && isDigit(text.charCodeAt(pos))) pos++;
  if (pos === major || text.charCodeAt(pos) !== DOT) return false;
  const minor = ++pos;
  while (pos < end && isDigit(text.charCodeAt(pos))) pos++;
  return pos > minor && pos === end;
}
