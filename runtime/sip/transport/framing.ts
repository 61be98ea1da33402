/**
 * Cuts a byte stream into SIP messages (RFC 3261 §18.3) and keep-alives (RFC 5626 §4.4.1). Pure: the same frames for
 * every way in which the stream may be split into chunks, in time linear in its length.
 */
import { PARSE_LIMITS } from "../message/limits.ts";

export type Frame =
  | { readonly type: "message"; readonly text: string }
  /** CRLFCRLF between messages: one CRLF is to go back. */
  | { readonly type: "keep-alive" }
  /**
   * Where the next message begins cannot be known: the connection is to be closed. `head` is what there is of the
   * header block, ended by an empty line; it may be nothing.
   */
  | { readonly type: "refused"; readonly status: 400 | 513; readonly reason: string; readonly head: string };

const KEEP_ALIVE: Frame = { type: "keep-alive" };
const END_OF_HEAD = "\r\n\r\n";
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/gi;
const CR = 13;
const LF = 10;

export class Framer {
  #state: "between" | "head" | "body" | "refused" = "between";
  /** What there is of the current message. Grows as a rope: it is not looked into before it is whole. */
  #text = "";
  /** The last octets of an unfinished head, at most three: its end may lie across chunks. */
  #tail = "";
  #missingBytes = 0;
  /** How much of CRLFCRLF has been seen between messages. */
  #lineEnds = 0;

  /** Whether a message has begun and not ended. */
  get isMidMessage(): boolean {
    return this.#state === "head" || this.#state === "body";
  }

  /** Takes the next octets, one per character. Whatever follows a refused frame is thrown away. */
  push(chunk: string): readonly Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    while (at < chunk.length) {
      switch (this.#state) {
        case "between":
          at = this.#skipLineEnds(chunk, at, frames);
          break;
        case "head":
          at = this.#readHead(chunk, at, frames);
          break;
        case "body":
          at = this.#readBody(chunk, at, frames);
          break;
        case "refused":
          return frames;
      }
    }
    return frames;
  }

  #skipLineEnds(chunk: string, from: number, frames: Frame[]): number {
    for (let at = from; at < chunk.length; at++) {
      const octet = chunk.charCodeAt(at);
      if (octet === CR || octet === LF) {
        this.#countLineEnd(octet, frames);
        continue;
      }
      // Neither a method nor a version can begin so: TLS, STUN, or nothing that we know.
      if (octet < 0x21 || octet > 0x7e) this.#refuse(frames, 400, "Bad Request", "");
      else this.#state = "head";
      this.#lineEnds = 0;
      return at;
    }
    return chunk.length;
  }

  #countLineEnd(octet: number, frames: Frame[]): void {
    if (octet === END_OF_HEAD.charCodeAt(this.#lineEnds)) this.#lineEnds++;
    else this.#lineEnds = octet === CR ? 1 : 0;
    if (this.#lineEnds < END_OF_HEAD.length) return;
    this.#lineEnds = 0;
    frames.push(KEEP_ALIVE);
  }

  #readHead(chunk: string, at: number, frames: Frame[]): number {
    const end = this.#endOfHead(chunk, at);
    this.#text += chunk.slice(at, end);
    if (this.#text.length > PARSE_LIMITS.headBytes) {
      this.#refuse(frames, 513, "Message Too Large", wholeLines(this.#text.slice(0, PARSE_LIMITS.headBytes)));
      return chunk.length;
    }
    if (end === undefined) {
      this.#tail = (this.#tail + chunk.slice(Math.max(at, chunk.length - 3))).slice(-3);
      return chunk.length;
    }
    this.#tail = "";
    this.#beginBody(frames);
    return end;
  }

  /** Where the head ends in this chunk. */
  #endOfHead(chunk: string, at: number): number | undefined {
    if (this.#tail !== "") {
      const seam = (this.#tail + chunk.slice(at, at + 3)).indexOf(END_OF_HEAD);
      if (seam >= 0) return at + seam + END_OF_HEAD.length - this.#tail.length;
    }
    const found = chunk.indexOf(END_OF_HEAD, at);
    return found < 0 ? undefined : found + END_OF_HEAD.length;
  }

  #beginBody(frames: Frame[]): void {
    const length = contentLength(this.#text);
    if (length === undefined) {
      // RFC 3261 §20.14: mandatory on streams, since nothing else says where the message ends.
      this.#refuse(frames, 400, "Bad Content-Length", this.#text);
    } else if (length > PARSE_LIMITS.bodyBytes) {
      this.#refuse(frames, 513, "Message Too Large", this.#text);
    } else {
      this.#missingBytes = length;
      this.#state = "body";
      if (length === 0) this.#finish(frames);
    }
  }

  #readBody(chunk: string, at: number, frames: Frame[]): number {
    const end = Math.min(chunk.length, at + this.#missingBytes);
    this.#text += chunk.slice(at, end);
    this.#missingBytes -= end - at;
    if (this.#missingBytes === 0) this.#finish(frames);
    return end;
  }

  #finish(frames: Frame[]): void {
    frames.push({ type: "message", text: this.#text });
    this.#text = "";
    this.#state = "between";
  }

  #refuse(frames: Frame[], status: 400 | 513, reason: string, head: string): void {
    frames.push({ type: "refused", status, reason, head });
    this.#text = "";
    this.#tail = "";
    this.#state = "refused";
  }
}

/** The value of Content-Length; undefined where there is none, more than one that differ, or no number. */
function contentLength(head: string): number | undefined {
  let length: number | undefined;
  for (const [, value = ""] of head.matchAll(CONTENT_LENGTH)) {
    const digits = value.trim();
    if (!/^\d{1,15}$/.test(digits)) return undefined;
    if (length !== undefined && length !== Number(digits)) return undefined;
    length = Number(digits);
  }
  return length;
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf("\r\n");
  return end < 0 ? "" : `${text.slice(0, end)}${END_OF_HEAD}`;
}
