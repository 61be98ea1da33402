/** The Range of a request (RFC 9110 §14): the one part of a file that is asked for. */

export type ByteRange =
  /** Nothing was asked for, or in a way that may be passed over (§14.2): several parts, another unit, no syntax. */
  | { readonly type: "whole" }
  /** Both ends included. */
  | { readonly type: "part"; readonly first: number; readonly last: number }
  | { readonly type: "unsatisfiable" };

const WHOLE: ByteRange = { type: "whole" };
const UNSATISFIABLE: ByteRange = { type: "unsatisfiable" };

/** Which bytes of `size` a Range header asks for. */
export function parseRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? "");
  if (match === null) return WHOLE;
  const [, from = "", to = ""] = match;
  if (from === "") return suffix(to, size);
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  // RFC 9110 §14.1.1: a last position before the first is no syntax at all.
  if (to !== "" && Number(to) < first) return WHOLE;
  return first >= size ? UNSATISFIABLE : { type: "part", first, last };
}

/** `-500`: the last 500 bytes, or all where there are fewer. */
function suffix(length: string, size: number): ByteRange {
  if (length === "") return WHOLE;
  const count = Math.min(Number(length), size);
  return count === 0 ? UNSATISFIABLE : { type: "part", first: size - count, last: size - 1 };
}
