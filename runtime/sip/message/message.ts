/**
 * Received requests and responses (RFC 3261 §7). What identifies a message has been read by the parser; all else is read
 * at its first use. Strings are parts of the received text and keep all of it in memory as long as they live.
 */
import type { CSeq } from "./header/cseq.ts";
import type { NameAddr } from "./header/name-addr.ts";
import { StampedVia, type Via } from "./header/via.ts";
import type { Headers } from "./headers.ts";
import type { Uri } from "./uri.ts";

export type { CSeq } from "./header/cseq.ts";
export { type HeaderField, Headers } from "./headers.ts";

export type SipMessage = SipRequest | SipResponse;

/** An address with the tag of its side of the dialog. */
export interface TaggedAddr extends NameAddr {
  readonly tag: string | undefined;
}

/** The topmost Via with what answering needs of it. */
export interface TopVia extends Via {
  /** Where the element ends in the value of its header line. */
  readonly length: number;
  /** The element with received and rport set anew; what is `undefined` stays as it is. */
  stampedText(received: string | undefined, rport: number | undefined): string;
}

/** What the parser has read of every message (RFC 3261 §8.1.1). */
export interface Essentials {
  readonly topVia: TopVia;
  readonly from: TaggedAddr;
  readonly to: TaggedAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  readonly maxForwards: number | undefined;
}

export class SipRequest {
  readonly type = "request";
  readonly text: string;
  readonly method: string;
  readonly uri: string;
  /** `uri`, parsed; `undefined` in a request that was refused for it. */
  readonly requestUri: Uri | undefined;
  readonly headers: Headers;
  readonly body: string;
  readonly #essentials: Essentials;
  #topVia: Via;
  #stampedText: string | undefined;

  constructor(
    text: string,
    line: { method: string; uri: string; requestUri: Uri | undefined },
    parts: { headers: Headers; essentials: Essentials; body: string },
  ) {
    this.text = text;
    this.method = line.method;
    this.uri = line.uri;
    this.requestUri = line.requestUri;
    this.headers = parts.headers;
    this.body = parts.body;
    this.#essentials = parts.essentials;
    this.#topVia = parts.essentials.topVia;
  }

  get callId(): string {
    return this.#essentials.callId;
  }

  get cseq(): CSeq {
    return this.#essentials.cseq;
  }

  get from(): NameAddr {
    return this.#essentials.from;
  }

  get to(): NameAddr {
    return this.#essentials.to;
  }

  get fromTag(): string | undefined {
    return this.#essentials.from.tag;
  }

  get toTag(): string | undefined {
    return this.#essentials.to.tag;
  }

  get maxForwards(): number | undefined {
    return this.#essentials.maxForwards;
  }

  /** With received and rport once they are stamped. */
  get topVia(): Via {
    return this.#topVia;
  }

  /** Fills in received and rport (RFC 3261 §18.2.1, RFC 3581 §4); what is `undefined` stays as it came. */
  stampVia(received: string | undefined, rport: number | undefined): void {
    const { topVia } = this.#essentials;
    const text = topVia.stampedText(received, rport);
    this.#stampedText = text;
    this.#topVia = new StampedVia(topVia, text, received ?? topVia.received, rport ?? topVia.rport);
  }

  /** The Via lines of a response to this request: all elements in order, the top one stamped. */
  get responseVias(): readonly string[] {
    const lines = this.headers.all("via");
    const top = lines[0];
    if (this.#stampedText === undefined || top === undefined) return lines;
    return [this.#stampedText + top.slice(this.#essentials.topVia.length), ...lines.slice(1)];
  }
}

export class SipResponse {
  readonly type = "response";
  readonly text: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: string;
  readonly #essentials: Essentials;

  constructor(
    text: string,
    line: { status: number; reason: string },
    parts: { headers: Headers; essentials: Essentials; body: string },
  ) {
    this.text = text;
    this.status = line.status;
    this.reason = line.reason;
    this.headers = parts.headers;
    this.body = parts.body;
    this.#essentials = parts.essentials;
  }

  get callId(): string {
    return this.#essentials.callId;
  }

  get cseq(): CSeq {
    return this.#essentials.cseq;
  }

  get topVia(): Via {
    return this.#essentials.topVia;
  }

  get from(): NameAddr {
    return this.#essentials.from;
  }

  get to(): NameAddr {
    return this.#essentials.to;
  }

  get fromTag(): string | undefined {
    return this.#essentials.from.tag;
  }

  get toTag(): string | undefined {
    return this.#essentials.to.tag;
  }
}
