/** Character classes of the SIP grammar (RFC 3261 §25.1) and scanning over positions of a text, without regular expressions. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PERCENT = 0x25;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;

const TOKEN = classOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~");

function classOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

export function isTokenCode(code: number): boolean {
  return TOKEN[code] === 1;
}

export function isToken(text: string): boolean {
  return text.length > 0 && tokenEnd(text, 0, text.length) === text.length;
}

/** Where the token that begins at `pos` ends; `pos` itself if none begins there. */
export function tokenEnd(text: string, pos: number, end: number): number {
  while (pos < end && TOKEN[text.charCodeAt(pos)] === 1) pos++;
  return pos;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

export function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

/** The first position at or after `pos` that is neither space nor tab. */
export function skipSpace(text: string, pos: number, end: number): number {
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code !== SPACE && code !== TAB) break;
    pos++;
  }
  return pos;
}

/** The end of what stands before `end`, less its trailing spaces and tabs. */
export function trimEnd(text: string, start: number, end: number): number {
  while (end > start) {
    const code = text.charCodeAt(end - 1);
    if (code !== SPACE && code !== TAB) break;
    end--;
  }
  return end;
}

/** Whether the text between two positions is `expected`, which is lower case, in any spelling of its letters. */
export function matchesIgnoringCase(text: string, start: number, end: number, expected: string): boolean {
  if (end - start !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) {
    const code = text.charCodeAt(start + i);
    if (code === expected.charCodeAt(i)) continue;
    if (code < 0x41 || code > 0x5a || code + 0x20 !== expected.charCodeAt(i)) return false;
  }
  return true;
}

/** The number written in decimal digits between two positions; -1 if there is anything else, or it is above `max`. */
export function decimalAt(text: string, start: number, end: number, max: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let pos = start; pos < end; pos++) {
    const code = text.charCodeAt(pos);
    if (!isDigit(code)) return -1;
    value = value * 10 + (code - 0x30);
    if (value > max) return -1;
  }
  return value;
}
