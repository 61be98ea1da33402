/** Timelines as the API tells them, written in few words. */
import type { TimelineBody, TimelineItemBody } from "../../../../runtime/contract/journal-api.ts";

type SipItem = Extract<TimelineItemBody, { type: "sip" }>;

const CRLF = "\r\n";

export const head: TimelineBody["call"] = {
  id: "0.call",
  domain: "example.test",
  script: "main",
  version: 3,
  from: "sip:alice@example.test",
  to: "sip:700@example.test",
  startedAt: "2026-11-27T10:00:00.000Z",
  endedAt: null,
  result: null,
  code: null,
};

export interface MessageParts {
  readonly ms?: number;
  /** @default "1 INVITE", or what the request itself is */
  readonly cseq?: string;
  readonly toTag?: string;
  readonly fromTag?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
  readonly peer?: string;
}

export class TimelineBuilder {
  readonly #items: TimelineItemBody[] = [];
  readonly #sent = new Set<string>();
  #ms = 0;

  /** From a party to the switch. `line`: `INVITE`, or `180 Ringing`. */
  in(leg: string, line: string, parts: MessageParts = {}): this {
    return this.#message("in", leg, line, parts);
  }

  out(leg: string, line: string, parts: MessageParts = {}): this {
    return this.#message("out", leg, line, parts);
  }

  /** What is no message. */
  note<Note extends object>(item: Note, ms = this.#ms): this {
    this.#push({ ...item, ms });
    return this;
  }

  get items(): readonly TimelineItemBody[] {
    return this.#items;
  }

  timeline(call: Partial<TimelineBody["call"]> = {}): TimelineBody {
    return { call: { ...head, ...call }, items: [...this.#items], dropped: 0, next: null };
  }

  #message(direction: SipItem["direction"], leg: string, line: string, parts: MessageParts): this {
    const method = /^\d/.test(line) ? "INVITE" : line;
    const { ms = this.#ms, cseq = `1 ${method}`, fields = [], body = "", peer = peerOf(leg) } = parts;
    const text = textOf(line, { ...parts, cseq, fields, body }, leg);
    const key = `${direction} ${peer} ${text}`;
    const isRetransmission = this.#sent.has(key);
    this.#sent.add(key);
    this.#push({ type: "sip", direction, leg, peer, summary: line, isRetransmission, text, ms });
    return this;
  }

  #push(item: Readonly<Record<string, unknown>> & { readonly ms: number }): void {
    this.#ms = item.ms;
    this.#items.push({ n: this.#items.length + 1, ...item } as unknown as TimelineItemBody);
  }
}

function textOf(line: string, parts: MessageParts & { readonly cseq: string }, leg: string): string {
  const { cseq, toTag, fromTag = "f", fields = [], body = "" } = parts;
  const start = /^\d/.test(line) ? `SIP/2.0 ${line}` : `${line} sip:party-${leg}@192.0.2.5 SIP/2.0`;
  const name = leg === "caller" ? "700" : `party-${leg}`;
  return [
    start,
    "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1",
    `From: <sip:alice@example.test>;tag=${fromTag}`,
    `To: <sip:${name}@example.test>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    `Call-ID: ${leg}`,
    `CSeq: ${cseq}`,
    ...fields,
    "",
    body,
  ].join(CRLF);
}

const peerOf = (leg: string): string => `udp 192.0.2.${leg === "caller" ? 4 : 5}:5060`;
