/**
 * The `;name=value` parameters of Via, name-addr and other headers (RFC 3261 §25.1), one after the other and in place.
 * White space is allowed around `;` and `=`; an empty parameter or an unclosed quote is malformed.
 */
import { quotedStringEnd, unquote } from "../quoted-string.ts";
import { COMMA, EQUALS, GREATER, LESS, QUOTE, SEMICOLON, SPACE, skipSpace, TAB, tokenEnd } from "../token.ts";

export type Params = ReadonlyMap<string, string | true>;

const NO_PARAMS: Params = new Map();

export class ParamScanner {
  /** Where the parameters end once `next` has given false, or where the malformed one begins. */
  pos: number;
  malformed = false;
  start = 0;
  nameStart = 0;
  nameEnd = 0;
  /** -1 where the parameter has no value. A quoted value is given with its quotes. */
  valueStart = -1;
  valueEnd = -1;
  readonly #text: string;
  readonly #end: number;

  /** Begins at the first `;`, or at what ends the parameters: a comma or the end. */
  constructor(text: string, pos: number, end: number) {
    this.#text = text;
    this.#end = end;
    this.pos = skipSpace(text, pos, end);
  }

  /** Goes to the next parameter; false at the end, at a comma, or where the text is malformed. */
  next(): boolean {
    const text = this.#text;
    const end = this.#end;
    if (this.pos >= end || text.charCodeAt(this.pos) === COMMA) return false;
    if (text.charCodeAt(this.pos) !== SEMICOLON) return this.#fail();
    this.start = this.pos;
    this.nameStart = skipSpace(text, this.pos + 1, end);
    this.nameEnd = tokenEnd(text, this.nameStart, end);
    if (this.nameEnd === this.nameStart) return this.#fail();
    const afterName = skipSpace(text, this.nameEnd, end);
    if (afterName >= end || text.charCodeAt(afterName) !== EQUALS) {
      this.valueStart = -1;
      this.valueEnd = -1;
      this.pos = afterName;
      return true;
    }
    this.valueStart = skipSpace(text, afterName + 1, end);
    const isQuoted = this.valueStart < end && text.charCodeAt(this.valueStart) === QUOTE;
    const valueEnd = isQuoted ? quotedStringEnd(text, this.valueStart, end) : plainEnd(text, this.valueStart, end);
    if (valueEnd < 0) return this.#fail();
    this.valueEnd = valueEnd;
    this.pos = skipSpace(text, valueEnd, end);
    return true;
  }

  /** The current value without quotes. */
  value(): string | true {
    if (this.valueStart < 0) return true;
    const value = this.#text.slice(this.valueStart, this.valueEnd);
    return value.charCodeAt(0) === QUOTE ? unquote(value) : value;
  }

  #fail(): false {
    this.malformed = true;
    return false;
  }
}

/** Well-formed parameters as a map: lower-case names, values without quotes. Of a repeated name the first counts. */
export function paramMap(text: string, pos: number, end: number): Params {
  const scanner = new ParamScanner(text, pos, end);
  let params: Map<string, string | true> | undefined;
  while (scanner.next()) {
    params ??= new Map();
    const name = text.slice(scanner.nameStart, scanner.nameEnd).toLowerCase();
    if (!params.has(name)) params.set(name, scanner.value());
  }
  return params ?? NO_PARAMS;
}

/** Unquoted values end at what separates them; the characters between may be any, since hosts, URIs and UTF-8 occur. */
function plainEnd(text: string, pos: number, end: number): number {
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === SEMICOLON || code === COMMA || code === SPACE || code === TAB) return pos;
    if (code === QUOTE || code === LESS || code === GREATER) return -1;
    pos++;
  }
  return pos;
}
