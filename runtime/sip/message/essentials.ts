/**
 * The header fields without which a message is none (RFC 3261 §8.1.1, §20): each there once and well-formed. Of a message
 * that will be refused, as much is read as its refusal needs.
 */
import { type Head, LINE_STRIDE, type Problem, VALUE_END, VALUE_START } from "./head.ts";
import { type CSeq, scanCSeq } from "./header/cseq.ts";
import { scanNameAddr, UnreadableNameAddr } from "./header/name-addr.ts";
import { type ScannedVia, scanVia } from "./header/via.ts";
import { CALL_ID, CONTENT_LENGTH, CSEQ, FROM, longName, MAX_FORWARDS, TO, UNKNOWN_HEADER, VIA } from "./header-name.ts";
import type { Headers } from "./headers.ts";
import type { Essentials, TaggedAddr } from "./message.ts";
import { decimalAt } from "./token.ts";

export interface ReadEssentials {
  /** `undefined` where not even a refusal could be sent: there is no Via that can be read. */
  readonly essentials: Essentials | undefined;
  /** -1 where there is none or it is malformed. */
  readonly contentLength: number;
  readonly problem: Problem | undefined;
}

const MAX_FORWARDS_LIMIT = 255;
const MAX_CONTENT_LENGTH = 2 ** 31 - 1;
const UNREADABLE_CSEQ: CSeq = { number: 0, method: "" };
const ABSENT = -1;

/** Reads the essentials of one message. `method` is that of the request; a response has none of its own. */
export function readEssentials(text: string, head: Head, headers: Headers, method: string | undefined): ReadEssentials {
  const reader = new EssentialsReader(text, head, headers);
  const topVia = reader.via();
  const from = reader.address(FROM, "From");
  const to = reader.address(TO, "To");
  const callId = reader.callId();
  const cseq = reader.cseq(method);
  const maxForwards = reader.maxForwards();
  const contentLength = reader.contentLength();
  const essentials = topVia === undefined ? undefined : { topVia, from, to, callId, cseq, maxForwards };
  return { essentials, contentLength, problem: reader.problem };
}

class EssentialsReader {
  problem: Problem | undefined;
  readonly #text: string;
  readonly #head: Head;
  readonly #headers: Headers;
  /** Where the first line of each essential header stands in the index, by header id. */
  readonly #first = [ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT];
  /** The value that is being read: in place, or by itself where it had to be unfolded. */
  #source = "";
  #start = 0;
  #end = 0;

  constructor(text: string, head: Head, headers: Headers) {
    this.#text = text;
    this.#head = head;
    this.#headers = headers;
    this.#findLines();
  }

  via(): ScannedVia | undefined {
    if (!this.#select(VIA)) return this.#refuse("Via missing");
    const via = scanVia(this.#source, this.#start, this.#end);
    if (via === undefined || via.malformed) this.#refuse("Malformed Via");
    return via;
  }

  address(id: number, name: string): TaggedAddr {
    if (!this.#select(id)) {
      this.#refuse(`${name} missing`);
      return new UnreadableNameAddr("");
    }
    const address = scanNameAddr(this.#source, this.#start, this.#end);
    if (address !== undefined && address.end === this.#end) return address;
    this.#refuse(`Malformed ${name}`);
    return new UnreadableNameAddr(this.#source.slice(this.#start, this.#end));
  }

  /** RFC 3261 §25.1: one word or two with @ between, so without white space; more is not asked for. */
  callId(): string {
    if (!this.#select(CALL_ID)) this.#refuse("Call-ID missing");
    const callId = this.#source.slice(this.#start, this.#end);
    if (callId === "" || callId.includes(" ") || callId.includes("\t")) this.#refuse("Malformed Call-ID");
    return callId;
  }

  cseq(method: string | undefined): CSeq {
    if (!this.#select(CSEQ)) this.#refuse("CSeq missing");
    const cseq = scanCSeq(this.#source, this.#start, this.#end, method);
    if (cseq === undefined) this.#refuse("Malformed CSeq");
    else if (method !== undefined && cseq.method !== method) this.#refuse("CSeq method is not the method");
    return cseq ?? UNREADABLE_CSEQ;
  }

  maxForwards(): number | undefined {
    if (!this.#select(MAX_FORWARDS)) return undefined;
    const value = decimalAt(this.#source, this.#start, this.#end, MAX_FORWARDS_LIMIT);
    return value < 0 ? this.#refuse("Malformed Max-Forwards") : value;
  }

  contentLength(): number {
    if (!this.#select(CONTENT_LENGTH)) return ABSENT;
    const value = decimalAt(this.#source, this.#start, this.#end, MAX_CONTENT_LENGTH);
    if (value < 0) this.#refuse("Malformed Content-Length");
    return value;
  }

  #findLines(): void {
    const { lines } = this.#head;
    for (let at = 0; at < lines.length; at += LINE_STRIDE) {
      const id = lines[at] ?? UNKNOWN_HEADER;
      if (id < 0 || id > CONTENT_LENGTH) continue;
      const first = this.#first[id] ?? ABSENT;
      if (first === ABSENT) this.#first[id] = at;
      // RFC 4475 §3.3.8, §3.3.9: two values where one belongs leave open which is meant. A Content-Length said twice is clear.
      else if (id !== VIA && !(id === CONTENT_LENGTH && this.#headers.valueAt(first) === this.#headers.valueAt(at))) {
        this.#refuse(`More than one ${longName(id)}`);
      }
    }
  }

  /** Points at the value of the first line of a header; false, and an empty value, if there is none. */
  #select(id: number): boolean {
    const { lines, problem } = this.#head;
    const at = this.#first[id] ?? ABSENT;
    const end = at === ABSENT ? 0 : (lines[at + VALUE_END] ?? 0);
    if (end > 0 && problem === undefined) {
      this.#source = this.#text;
      this.#start = lines[at + VALUE_START] ?? 0;
      this.#end = end;
    } else {
      this.#source = at === ABSENT ? "" : this.#headers.valueAt(at);
      this.#start = 0;
      this.#end = this.#source.length;
    }
    return at !== ABSENT;
  }

  /** Notes the first problem. */
  #refuse(reason: string): undefined {
    this.problem ??= { status: 400, reason };
    return undefined;
  }
}
