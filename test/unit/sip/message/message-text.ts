/** Builds wire text for the tests of the parser, by joining lines: nothing of the parser or the serialiser is used. */
import type { SipMessage, SipRequest, SipResponse } from "../../../../runtime/sip/message/message.ts";
import { type ParseOutcome, parseMessage } from "../../../../runtime/sip/message/parse.ts";

const REQUIRED: Readonly<Record<string, string>> = {
  Via: "SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bK1",
  "Max-Forwards": "70",
  From: "<sip:alice@example.com>;tag=f1",
  To: "<sip:bob@example.com>",
  "Call-ID": "c1@192.0.2.1",
  CSeq: "1 OPTIONS",
};

export interface TextOptions {
  /** @default "OPTIONS sip:bob@example.com SIP/2.0" */
  readonly start?: string;
  /** Values by name in place of the usual ones; `null` leaves the header out. */
  readonly set?: Readonly<Record<string, string | null>>;
  /** Further lines, as they are. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

export function messageText(options: TextOptions = {}): string {
  const values: Record<string, string | null> = { ...REQUIRED, ...options.set };
  const fields = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const start = options.start ?? "OPTIONS sip:bob@example.com SIP/2.0";
  return `${[start, ...fields, ...(options.lines ?? [])].join("\r\n")}\r\n\r\n${options.body ?? ""}`;
}

export function outcomeOf(options: TextOptions = {}): ParseOutcome {
  return parseMessage(messageText(options), "datagram");
}

export function requestOf(options: TextOptions = {}): SipRequest {
  const message = messageOf(messageText(options));
  if (message.type !== "request") throw new Error("Not a request.");
  return message;
}

export function responseOf(options: TextOptions = {}): SipResponse {
  const message = messageOf(messageText({ start: "SIP/2.0 200 OK", ...options }));
  if (message.type !== "response") throw new Error("Not a response.");
  return message;
}

export function messageOf(text: string, transport: "datagram" | "stream" = "datagram"): SipMessage {
  const outcome = parseMessage(text, transport);
  if (outcome.type !== "message") throw new Error(`Refused: ${JSON.stringify({ ...outcome, request: undefined })}`);
  return outcome.message;
}

/** The status that a text is refused with, "message" or "ignored". */
export function verdictOf(
  options: TextOptions | string,
  transport: "datagram" | "stream" = "datagram",
): number | string {
  const outcome = parseMessage(typeof options === "string" ? options : messageText(options), transport);
  return outcome.type === "refused" ? outcome.status : outcome.type;
}
