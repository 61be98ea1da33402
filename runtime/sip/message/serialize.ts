/**
 * Fields to text (RFC 3261 §7, §8.2.6). Writes Content-Length itself, last. A field that holds a line end, NUL, or a
 * character that is no octet cannot be written: no text of a peer or a script becomes a header of its own.
 */
import { InvariantError } from "../../base/errors.ts";
import { isLongName } from "./header-name.ts";
import type { HeaderField, SipRequest } from "./message.ts";
import { reasonPhrase } from "./status.ts";
import { isToken, matchesIgnoringCase } from "./token.ts";

/** NUL may stand where a quoted string escapes it, as in what is received. */
const UNWRITABLE = /[\r\n\u0100-\uffff]|(?<!\\)\0/;
const TWO_OCTETS = /[^\0-\xff]/;
const NO_FIELDS: readonly HeaderField[] = [];

export function serializeRequest(request: {
  method: string;
  uri: string;
  fields: readonly HeaderField[];
  body?: string;
}): string {
  const { method, uri, fields, body = "" } = request;
  if (!isToken(method) || uri === "" || uri.includes(" ")) throw new InvariantError(`Not a request: ${method} ${uri}`);
  return `${method} ${checked(uri, "Request-URI")} SIP/2.0\r\n${fieldLines(fields)}${bodyPart(body)}`;
}

/** A response with Via, From, To, Call-ID and CSeq of the request; what a refused request lacks is left out. */
export function serializeResponse(
  request: SipRequest,
  response: {
    status: number;
    reason?: string | undefined;
    /** Added where To has none and the status is above 100. */
    toTag?: string | undefined;
    fields?: readonly HeaderField[] | undefined;
    body?: string | undefined;
  },
): string {
  const { status, reason = reasonPhrase(status), toTag, fields = NO_FIELDS, body = "" } = response;
  if (!Number.isInteger(status) || status < 100 || status > 699) throw new InvariantError(`Not a status: ${status}`);
  let text = `SIP/2.0 ${status} ${checked(reason, "reason phrase")}\r\n`;
  for (const via of request.responseVias) text += `Via: ${via}\r\n`;
  const { headers } = request;
  const needsTag = status > 100 && toTag !== undefined && request.toTag === undefined;
  text += copied("From", headers.get("from"));
  const to = headers.get("to");
  text += copied("To", to === undefined || !needsTag ? to : `${to};tag=${checked(toTag, "To tag")}`);
  text += copied("Call-ID", headers.get("call-id")) + copied("CSeq", headers.get("cseq"));
  // RFC 3261 §8.2.6.1: a 100 carries the Timestamp of the request.
  if (status === 100) text += copied("Timestamp", headers.get("timestamp"));
  return text + fieldLines(fields) + bodyPart(body);
}

/** A response that somebody else has made, with all of its fields. */
export function serializeForwardedResponse(response: {
  status: number;
  reason: string;
  fields: readonly HeaderField[];
  body: string;
}): string {
  const { status, reason, fields, body } = response;
  return `SIP/2.0 ${status} ${checked(reason, "reason phrase")}\r\n${fieldLines(fields)}${bodyPart(body)}`;
}

/** Values of the parsed request hold neither line ends nor NUL. */
function copied(name: string, value: string | undefined): string {
  return value === undefined ? "" : `${name}: ${value}\r\n`;
}

function fieldLines(fields: readonly HeaderField[]): string {
  let text = "";
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined || isContentLength(field[0])) continue;
    if (!isLongName(field[0]) && !isToken(field[0]))
      throw new InvariantError(`Not a header name: ${JSON.stringify(field[0])}`);
    text += `${field[0]}: ${checked(field[1], field[0])}\r\n`;
  }
  return text;
}

function isContentLength(name: string): boolean {
  const { length } = name;
  if (length === 1) return name === "l" || name === "L";
  return length === 14 && matchesIgnoringCase(name, 0, length, "content-length");
}

function checked(value: string, where: string): string {
  if (UNWRITABLE.test(value)) {
    throw new InvariantError(`Cannot be written as ${where}: ${JSON.stringify(value.slice(0, 200))}`);
  }
  return value;
}

/** Each character is one octet on the wire; another one would break the length. */
function bodyPart(body: string): string {
  if (body === "") return "Content-Length: 0\r\n\r\n";
  if (TWO_OCTETS.test(body)) throw new InvariantError("A body with characters that are no octets.");
  return `Content-Length: ${body.length}\r\n\r\n${body}`;
}
