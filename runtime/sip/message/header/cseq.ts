/** CSeq (RFC 3261 §20.16): a number below 2^31 and a method. */
import { decimalAt, skipSpace, tokenEnd } from "../token.ts";

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

const MAX_NUMBER = 2 ** 31 - 1;

/** The value between two positions. A method equal to `expected` is given as that string. */
export function scanCSeq(text: string, start: number, end: number, expected?: string): CSeq | undefined {
  const digits = skipSpace(text, start, end);
  const digitsEnd = tokenEnd(text, digits, end);
  const number = decimalAt(text, digits, digitsEnd, MAX_NUMBER);
  const methodStart = skipSpace(text, digitsEnd, end);
  const methodEnd = tokenEnd(text, methodStart, end);
  if (number < 0 || methodEnd === methodStart || skipSpace(text, methodEnd, end) !== end) return undefined;
  const isExpected =
    expected !== undefined && methodEnd - methodStart === expected.length && text.startsWith(expected, methodStart);
  return { number, method: isExpected ? expected : text.slice(methodStart, methodEnd) };
}
