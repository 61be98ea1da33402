/** Quoted strings (RFC 3261 §25.1): finding their end, taking the quotes off, putting them on. */
import { BACKSLASH, QUOTE } from "./token.ts";

/** The position behind the closing quote of the quoted string that opens at `pos`; -1 if it never closes. */
export function quotedStringEnd(text: string, pos: number, end: number): number {
  for (let at = pos + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

/** The meaning of a quoted string, given with its quotes. */
export function unquote(text: string): string {
  const inner = text.slice(1, -1);
  return inner.includes("\\") ? inner.replace(/\\(.)/gs, "$1") : inner;
}

/** Any text as a quoted string. Line ends and NUL, which no quoted string can hold, become spaces. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n\0]+/g, " ").replace(/["\\]/g, "\\$&")}"`;
}
