/** name-addr and addr-spec with parameters (RFC 3261 §20.10, §25.1): From, To, Contact, Route, Refer-To and their like. */
import { InvariantError } from "../../../base/errors.ts";
import { quote, quotedStringEnd, unquote } from "../quoted-string.ts";
import {
  COLON,
  COMMA,
  GREATER,
  isDigit,
  isLetter,
  isToken,
  LESS,
  matchesIgnoringCase,
  QUESTION,
  QUOTE,
  SEMICOLON,
  SPACE,
  skipSpace,
  trimEnd,
} from "../token.ts";
import { ParamScanner, type Params, paramMap } from "./params.ts";

export interface NameAddr {
  /** Display name without quotes; empty where there is none. */
  readonly name: string;
  readonly uri: string;
  /** Lower-case names, values without quotes. */
  readonly params: Params;
  readonly text: string;
}

/** Parses one element. The URI is not looked into (`parseUri`), but is a URI in form. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const address = scanNameAddr(text, 0, text.length);
  return address?.end === text.length ? address : undefined;
}

/** Writes the name quoted and the URI always in angle brackets, so that none of its parameters can become the header's. */
export function formatNameAddr(value: {
  name?: string;
  uri: string;
  params?: Iterable<readonly [string, string | true]>;
}): string {
  // By octet: `\s` would take the second one of "\xc3\xa0" (à) for a blank.
  if (/[\0-\x20<>"]/.test(value.uri)) throw new InvariantError(`Not a URI: ${JSON.stringify(value.uri)}`);
  let text = value.name === undefined || value.name === "" ? `<${value.uri}>` : `${quote(value.name)} <${value.uri}>`;
  for (const [name, content] of value.params ?? []) {
    if (!isToken(name)) throw new InvariantError(`Not a parameter name: ${JSON.stringify(name)}`);
    text += content === true ? `;${name}` : `;${name}=${formatParamValue(name, content)}`;
  }
  return text;
}

/** RFC 3840 §9: the values of feature tags (`+sip.instance` and others with a plus) are always quoted. */
function formatParamValue(name: string, value: string): string {
  const isBare = isToken(value) || /^\[[\dA-Fa-f:.]+\]$/.test(value);
  return isBare && !name.startsWith("+") ? value : quote(value);
}

/** The element between two positions, in place; `undefined` if it is malformed. A comma may follow at `end`. */
export function scanNameAddr(text: string, start: number, end: number): ScannedNameAddr | undefined {
  const first = skipSpace(text, start, end);
  const nameEnd = displayNameEnd(text, first, end);
  if (nameEnd < 0) return undefined;
  let uriStart = first;
  let uriEnd = nameEnd;
  let paramsStart = nameEnd;
  const isBracketed = nameEnd < end && text.charCodeAt(nameEnd) === LESS;
  if (isBracketed) {
    const close = text.indexOf(">", nameEnd);
    if (close < 0 || close >= end) return undefined;
    // White space inside the brackets is wrong but harmless (RFC 4475 §3.1.2.14).
    uriStart = skipSpace(text, nameEnd + 1, close);
    uriEnd = trimEnd(text, uriStart, close);
    paramsStart = close + 1;
  } else uriEnd = trimEnd(text, uriStart, uriEnd);
  if (!isUriInForm(text, uriStart, uriEnd, isBracketed)) return undefined;
  const address = new ScannedNameAddr(
    text,
    first,
    isBracketed ? trimEnd(text, first, nameEnd) : first,
    uriStart,
    uriEnd,
  );
  return address.scanParams(paramsStart, end) ? address : undefined;
}

/**
 * Where the display name ends: at `<`; without brackets, where the URI ends: at `;`, a comma or the end. -1 where a quote
 * is not closed or what follows it is not `<`.
 */
function displayNameEnd(text: string, start: number, end: number): number {
  if (start < end && text.charCodeAt(start) === QUOTE) {
    const close = quotedStringEnd(text, start, end);
    if (close < 0) return -1;
    const next = skipSpace(text, close, end);
    return next < end && text.charCodeAt(next) === LESS ? next : -1;
  }
  for (let pos = start; pos < end; pos++) {
    const code = text.charCodeAt(pos);
    if (code === LESS || code === SEMICOLON || code === COMMA) return pos;
    if (code === QUOTE) return -1;
  }
  return end;
}

/** A scheme, a colon, something, and nothing that cannot stand in a URI. */
function isUriInForm(text: string, start: number, end: number, isBracketed: boolean): boolean {
  if (start >= end || !isLetter(text.charCodeAt(start))) return false;
  let pos = start + 1;
  while (pos < end && isSchemeCode(text.charCodeAt(pos))) pos++;
  if (pos >= end - 1 || text.charCodeAt(pos) !== COLON) return false;
  for (; pos < end; pos++) {
    const code = text.charCodeAt(pos);
    if (code <= SPACE || code === QUOTE || code === LESS || code === GREATER) return false;
    // RFC 3261 §20.10: a URI with headers must stand in brackets.
    if (code === QUESTION && !isBracketed) return false;
  }
  return true;
}

function isSchemeCode(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e;
}

/** An element in place: its strings are cut out when asked for; the tag is found on the way. */
export class ScannedNameAddr implements NameAddr {
  tag: string | undefined;
  /** Behind the element: at the comma that follows, or the end of the header. */
  end = 0;
  readonly #source: string;
  readonly #start: number;
  readonly #nameEnd: number;
  readonly #uriStart: number;
  readonly #uriEnd: number;
  #paramsStart = 0;
  #params: Params | undefined;

  constructor(source: string, start: number, nameEnd: number, uriStart: number, uriEnd: number) {
    this.#source = source;
    this.#start = start;
    this.#nameEnd = nameEnd;
    this.#uriStart = uriStart;
    this.#uriEnd = uriEnd;
  }

  get name(): string {
    const name = this.#source.slice(this.#start, this.#nameEnd);
    return name.charCodeAt(0) === QUOTE ? unquote(name) : name;
  }

  get uri(): string {
    return this.#source.slice(this.#uriStart, this.#uriEnd);
  }

  get params(): Params {
    this.#params ??= paramMap(this.#source, this.#paramsStart, this.end);
    return this.#params;
  }

  get text(): string {
    return this.#source.slice(this.#start, trimEnd(this.#source, this.#start, this.end));
  }

  /** The element as it was written, but for one parameter. `name` is in lower case. */
  textWithout(name: string): string {
    const source = this.#source;
    const param = new ParamScanner(source, this.#paramsStart, this.end);
    let text = source.slice(this.#start, trimEnd(source, this.#start, this.#paramsStart));
    while (param.next()) {
      if (matchesIgnoringCase(source, param.nameStart, param.nameEnd, name)) continue;
      text += `;${source.slice(param.nameStart, param.valueStart < 0 ? param.nameEnd : param.valueEnd)}`;
    }
    return text;
  }

  /** Whether all parameters are well-formed. */
  scanParams(start: number, end: number): boolean {
    const source = this.#source;
    const param = new ParamScanner(source, start, end);
    this.#paramsStart = start;
    while (param.next()) {
      if (!matchesIgnoringCase(source, param.nameStart, param.nameEnd, "tag")) continue;
      const tag = param.value();
      if (tag === true || tag === "") continue;
      // RFC 3261 §7.3.1, §25.1: once, and a token. Read in two ways it would name two dialogs.
      if (this.tag !== undefined || source.charCodeAt(param.valueStart) === QUOTE) return false;
      this.tag = tag;
    }
    this.end = param.pos;
    return !param.malformed;
  }
}

/** Stands for a From or To that cannot be read in a message that is refused: nothing but its text. */
export class UnreadableNameAddr implements NameAddr {
  readonly name = "";
  readonly uri = "";
  readonly tag = undefined;
  readonly params: Params = new Map();
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
