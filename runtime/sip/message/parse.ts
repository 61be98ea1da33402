/**
 * Text to message (RFC 3261 §7, §18.3). One scan over the head, then the essentials; whatever else is malformed does not
 * matter before somebody asks for it. Never throws, and takes time in proportion to the length of the text.
 */
import { readEssentials } from "./essentials.ts";
import { type Head, type Problem, scanHead } from "./head.ts";
import { Headers } from "./headers.ts";
import { PARSE_LIMITS } from "./limits.ts";
import { type SipMessage, SipRequest, SipResponse } from "./message.ts";
import { isStatusLine, parseRequestLine, parseStatusLine } from "./start-line.ts";
import { CR, LF } from "./token.ts";

export { PARSE_LIMITS, type ParseLimits } from "./limits.ts";

export type ParseOutcome =
  | { readonly type: "message"; readonly message: SipMessage }
  /** Malformed or over a limit. `request` is there when a refusal can be sent: its top Via could be read. */
  | {
      readonly type: "refused";
      readonly status: number;
      readonly reason: string;
      readonly request: SipRequest | undefined;
    }
  /** Nothing to answer: a keep-alive, garbage, a malformed response or ACK. */
  | { readonly type: "ignored"; readonly why: string };

interface Framing {
  readonly text: string;
  readonly transport: "datagram" | "stream";
}

/**
 * Parses one message. In a datagram a Content-Length may be missing, and octets behind the body are dropped; on a stream
 * it is mandatory, and framing has cut the text by it.
 */
export function parseMessage(text: string, transport: "datagram" | "stream"): ParseOutcome {
  const start = skipLineEnds(text);
  if (start === text.length) return { type: "ignored", why: "keep-alive" };
  const head = scanHead(text, start);
  const framing = { text, transport };
  return isStatusLine(text, start) ? parseResponse(framing, head, start) : parseRequest(framing, head, start);
}

/** RFC 3261 §7.5: empty lines before a message are skipped. */
function skipLineEnds(text: string): number {
  let pos = 0;
  for (let code = text.charCodeAt(0); code === CR || code === LF; code = text.charCodeAt(pos)) pos++;
  return pos;
}

function parseRequest(framing: Framing, head: Head, start: number): ParseOutcome {
  const line = parseRequestLine(framing.text, start, head.startLineEnd);
  if (line === undefined) return { type: "ignored", why: "not SIP" };
  const headers = new Headers(framing.text, head);
  const { essentials, contentLength, problem } = readEssentials(framing.text, head, headers, line.method);
  const refusal = line.problem ?? head.problem ?? problem ?? bodyProblem(framing, head, contentLength);
  if (refusal !== undefined && line.method === "ACK") return { type: "ignored", why: `ACK: ${refusal.reason}` };
  const body = bodyOf(framing.text, head, contentLength);
  const request = essentials && new SipRequest(framing.text, line, { headers, essentials, body });
  if (refusal === undefined && request !== undefined) return { type: "message", message: request };
  return { type: "refused", status: refusal?.status ?? 400, reason: refusal?.reason ?? "Bad Request", request };
}

function parseResponse(framing: Framing, head: Head, start: number): ParseOutcome {
  const line = parseStatusLine(framing.text, start, head.startLineEnd);
  if (line === undefined) return { type: "ignored", why: "malformed status line" };
  const headers = new Headers(framing.text, head);
  const { essentials, contentLength, problem } = readEssentials(framing.text, head, headers, undefined);
  const refusal = head.problem ?? problem ?? bodyProblem(framing, head, contentLength);
  if (refusal !== undefined || essentials === undefined) {
    return { type: "ignored", why: `response: ${refusal?.reason ?? "Via missing"}` };
  }
  const body = bodyOf(framing.text, head, contentLength);
  return { type: "message", message: new SipResponse(framing.text, line, { headers, essentials, body }) };
}

/** What is wrong between the Content-Length and the octets that are there (RFC 3261 §18.3). */
function bodyProblem(framing: Framing, head: Head, contentLength: number): Problem | undefined {
  const present = framing.text.length - head.bodyStart;
  const length = contentLength < 0 ? present : contentLength;
  if (length > PARSE_LIMITS.bodyBytes) return { status: 513, reason: "Body too long" };
  if (length > present) return { status: 400, reason: "Body shorter than its Content-Length" };
  if (framing.transport === "datagram") return undefined;
  if (contentLength < 0) return { status: 400, reason: "Content-Length missing" };
  return length < present ? { status: 400, reason: "Body longer than its Content-Length" } : undefined;
}

function bodyOf(text: string, head: Head, contentLength: number): string {
  return contentLength < 0 ? text.slice(head.bodyStart) : text.slice(head.bodyStart, head.bodyStart + contentLength);
}
