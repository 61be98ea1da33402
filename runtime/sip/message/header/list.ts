/** Comma-separated header values (RFC 3261 §7.3.1): commas in quoted strings and in angle brackets separate nothing. */
import { quotedStringEnd } from "../quoted-string.ts";
import { COMMA, LESS, QUOTE, skipSpace, trimEnd } from "../token.ts";

/** The elements of one value, trimmed; empty ones are left out. */
export function splitList(text: string): string[] {
  const elements: string[] = [];
  for (let pos = 0; pos <= text.length; ) {
    const end = elementEnd(text, pos);
    const from = skipSpace(text, pos, end);
    const to = trimEnd(text, from, end);
    if (to > from) elements.push(from === 0 && to === text.length ? text : text.slice(from, to));
    pos = end + 1;
  }
  return elements;
}

/** The comma that ends the element at `pos`, or the end. What opens and never closes runs to the end. */
export function elementEnd(text: string, pos: number): number {
  while (pos < text.length) {
    const code = text.charCodeAt(pos);
    if (code === COMMA) return pos;
    if (code === QUOTE) {
      const close = quotedStringEnd(text, pos, text.length);
      if (close < 0) return text.length;
      pos = close;
    } else if (code === LESS) {
      const close = text.indexOf(">", pos);
      if (close < 0) return text.length;
      pos = close + 1;
    } else pos++;
  }
  return pos;
}
