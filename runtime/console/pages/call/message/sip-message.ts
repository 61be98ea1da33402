/** A message of the wire taken apart for the eye (RFC 3261 §7). It takes whatever comes: what is no message has no headers. Pure. */

export interface Header {
  /** As it was written. */
  readonly name: string;
  readonly value: string;
}

export type StartLine =
  | { readonly type: "request"; readonly method: string; readonly uri: string }
  | { readonly type: "response"; readonly code: number; readonly reason: string };

export interface SipMessage {
  readonly line: string;
  /** `null`: the first line is none. */
  readonly start: StartLine | null;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** RFC 3261 §7.3.3, and those that later RFCs have added. */
const COMPACT: Readonly<Record<string, string>> = {
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  n: "identity-info",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
  y: "identity",
};

export function readMessage(text: string): SipMessage {
  const whole = text.replaceAll("\r\n", "\n").replace(/^\n+/, "");
  const end = whole.indexOf("\n\n");
  const head = end < 0 ? whole : whole.slice(0, end);
  // A header goes on in the next line where that one begins with white space.
  const [line = "", ...fields] = head.replace(/\n[ \t]+/g, " ").split("\n");
  const headers = fields.flatMap((field) => {
    const [, name, value = ""] = /^([^:\s]+)\s*:\s*(.*)$/.exec(field) ?? [];
    return name === undefined ? [] : [{ name, value: value.trimEnd() }];
  });
  return { line, start: startOf(line), headers, body: end < 0 ? "" : whole.slice(end + 2) };
}

/** The name of a header in lower case, in its long form. */
export function longName(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT[lower] ?? lower;
}

/** The first header of this name, given in lower case and in its long form; or an empty text. */
export function headerOf(message: SipMessage, name: string): string {
  return message.headers.find((header) => longName(header.name) === name)?.value ?? "";
}

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export function cseqOf(message: SipMessage): CSeq | null {
  const [, number, method = ""] = /^(\d+)\s+(\S+)/.exec(headerOf(message, "cseq")) ?? [];
  return number === undefined ? null : { number: Number(number), method };
}

/** A parameter of a header that has one value, such as the tag of a From; or `null`. */
export function paramOf(value: string, name: string): string | null {
  const behind = value.slice(value.lastIndexOf(">") + 1);
  return new RegExp(`;\\s*${name}\\s*=\\s*([^;,\\s]+)`, "i").exec(behind)?.[1] ?? null;
}

function startOf(line: string): StartLine | null {
  const [, code, reason = ""] = /^SIP\/2\.0 (\d{3})(?: (.*))?$/.exec(line) ?? [];
  if (code !== undefined) return { type: "response", code: Number(code), reason };
  const [, method, uri = ""] = /^(\S+) (\S+) SIP\/2\.0$/.exec(line) ?? [];
  return method === undefined ? null : { type: "request", method, uri };
}
