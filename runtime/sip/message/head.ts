/**
 * One scan over the head of a message (RFC 3261 §7.3.1): where each header line begins and ends and which header it is.
 * Values are not looked at. What is malformed is reported, and the rest still indexed, so that a refusal can be answered.
 */
import { idAt, UNKNOWN_HEADER } from "./header-name.ts";
import { PARSE_LIMITS } from "./limits.ts";
import { BACKSLASH, CR, LF, SPACE, skipSpace, TAB, tokenEnd, trimEnd } from "./token.ts";

/** Numbers per header line in `Head.lines`: header id, name start, name end, value start, value end. */
export const LINE_STRIDE = 5;
export const NAME_START = 1;
export const NAME_END = 2;
export const VALUE_START = 3;
/** Negative where the value is folded and has to be unfolded. */
export const VALUE_END = 4;

export interface Problem {
  readonly status: number;
  readonly reason: string;
}

export interface Head {
  readonly lines: readonly number[];
  /** Where the start line ends, without its line end. */
  readonly startLineEnd: number;
  readonly fieldsStart: number;
  readonly fieldsEnd: number;
  readonly bodyStart: number;
  /** The first thing wrong with the head. */
  readonly problem: Problem | undefined;
}

// Deviation: many servers take a bare LF for a line end. Here it is refused like a bare CR: an element in front of us that
// reads it otherwise would see other headers than we do, and on streams the framing looks for CRLF CRLF alone.
const BARE_LINE_END: Problem = { status: 400, reason: "Line end that is not CRLF" };
const STRAY_OCTET: Problem = { status: 400, reason: "Bare CR or NUL in the head" };
const NO_END: Problem = { status: 400, reason: "Head without an empty line at its end" };
const LEADING_FOLD: Problem = { status: 400, reason: "White space before the first header" };
const BAD_LINE: Problem = { status: 400, reason: "Header line without a valid name and a colon" };
const TOO_LONG: Problem = { status: 513, reason: "Head too long" };
const TOO_MANY_LINES: Problem = { status: 400, reason: "Too many header lines" };
const NO_LINES: readonly number[] = [];

/** Scans the head that begins with the start line at `start`. */
export function scanHead(text: string, start: number): Head {
  const scan = new HeadScan(text, start);
  scan.readLines();
  if (hasStrayReturn(text, start, scan.bodyStart) || hasStrayNul(text, start, scan.bodyStart)) {
    scan.problem ??= STRAY_OCTET;
  }
  return scan;
}

/** CR that does not begin a line end. */
function hasStrayReturn(text: string, start: number, end: number): boolean {
  for (let pos = text.indexOf("\r", start); pos >= 0 && pos < end; pos = text.indexOf("\r", pos + 1)) {
    if (text.charCodeAt(pos + 1) !== LF) return true;
  }
  return false;
}

/** NUL is legal where a quoted string escapes it (RFC 4475 §3.1.1.2), and there alone. */
function hasStrayNul(text: string, start: number, end: number): boolean {
  for (let pos = text.indexOf("\0", start); pos >= 0 && pos < end; pos = text.indexOf("\0", pos + 1)) {
    if (pos === start || text.charCodeAt(pos - 1) !== BACKSLASH) return true;
  }
  return false;
}

function isEmptyLine(text: string, pos: number, lineFeed: number): boolean {
  return lineFeed === pos || (lineFeed === pos + 1 && text.charCodeAt(pos) === CR);
}

/** Filled by one scan at a time and copied out at its end: an array that grew line by line would be copied again and again. */
const scratch = new Array<number>((PARSE_LIMITS.headerLines + 1) * LINE_STRIDE).fill(0);

class HeadScan implements Head {
  lines: readonly number[] = NO_LINES;
  readonly startLineEnd: number;
  readonly fieldsStart: number;
  fieldsEnd: number;
  bodyStart: number;
  problem: Problem | undefined;
  readonly #text: string;
  readonly #limit: number;
  #used = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#limit = start + PARSE_LIMITS.headBytes;
    this.problem = undefined;
    const lineFeed = text.indexOf("\n", start);
    this.startLineEnd = this.#contentEnd(start, lineFeed);
    this.fieldsStart = lineFeed < 0 ? text.length : lineFeed + 1;
    this.fieldsEnd = this.fieldsStart;
    this.bodyStart = text.length;
  }

  readLines(): void {
    this.fieldsEnd = this.#allLines(this.fieldsStart);
    this.lines = scratch.slice(0, this.#used);
  }

  /** Indexes all header lines from `pos` on; gives where they end. */
  #allLines(pos: number): number {
    const text = this.#text;
    for (let count = 0; ; count++) {
      if (pos > this.#limit) return this.#stop(pos, TOO_LONG);
      if (pos >= text.length) return this.#stop(pos, NO_END);
      const lineFeed = text.indexOf("\n", pos);
      if (isEmptyLine(text, pos, lineFeed)) {
        this.#contentEnd(pos, lineFeed);
        this.bodyStart = lineFeed + 1;
        return pos;
      }
      if (count === PARSE_LIMITS.headerLines) return this.#stop(pos, TOO_MANY_LINES);
      pos = this.#line(pos, lineFeed);
    }
  }

  /** The end of a line's content; notes a line end that is not CRLF. */
  #contentEnd(pos: number, lineFeed: number): number {
    if (lineFeed < 0) {
      this.problem ??= NO_END;
      return this.#text.length;
    }
    if (lineFeed > pos && this.#text.charCodeAt(lineFeed - 1) === CR) return lineFeed - 1;
    this.problem ??= BARE_LINE_END;
    return lineFeed;
  }

  #note(id: number, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const at = this.#used;
    scratch[at] = id;
    scratch[at + NAME_START] = nameStart;
    scratch[at + NAME_END] = nameEnd;
    scratch[at + VALUE_START] = valueStart;
    scratch[at + VALUE_END] = valueEnd;
    this.#used = at + LINE_STRIDE;
  }

  #stop(pos: number, problem: Problem): number {
    this.problem ??= problem;
    return pos;
  }

  /** Indexes the header that begins at `pos`, folded lines included; gives where the next line begins. */
  #line(pos: number, lineFeed: number): number {
    const text = this.#text;
    let end = this.#contentEnd(pos, lineFeed);
    let next = lineFeed < 0 ? text.length : lineFeed + 1;
    let isFolded = false;
    while (next <= this.#limit && isSpace(text.charCodeAt(next))) {
      isFolded = true;
      const feed = text.indexOf("\n", next);
      end = this.#contentEnd(next, feed);
      next = feed < 0 ? text.length : feed + 1;
    }
    const colon = text.indexOf(":", pos);
    const nameEnd = trimEnd(text, pos, colon);
    const id = colon < 0 || colon >= end ? UNKNOWN_HEADER : idAt(text, pos, nameEnd);
    // A known name needs no look at its characters.
    if (id === UNKNOWN_HEADER && (nameEnd <= pos || nameEnd > end || tokenEnd(text, pos, nameEnd) !== nameEnd)) {
      this.problem ??= isSpace(text.charCodeAt(pos)) ? LEADING_FOLD : BAD_LINE;
      return next;
    }
    const valueStart = skipSpace(text, colon + 1, end);
    const valueEnd = trimEnd(text, valueStart, end);
    this.#note(id, pos, nameEnd, valueStart, isFolded ? -valueEnd : valueEnd);
    return next;
  }
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The value between two positions with each fold made one space (RFC 3261 §7.3.1). */
export function unfold(text: string, start: number, end: number): string {
  let value = "";
  let pos = start;
  while (pos <= end) {
    let stop = pos;
    while (stop < end && !isLineBreak(text.charCodeAt(stop))) stop++;
    const from = skipSpace(text, pos, stop);
    const to = trimEnd(text, from, stop);
    if (to > from) value += value === "" ? text.slice(from, to) : ` ${text.slice(from, to)}`;
    pos = stop + 1;
  }
  return value;
}

function isLineBreak(code: number): boolean {
  return code === LF || code === CR;
}
