/** Places in a file: from an offset to line and column, both from 1, columns in UTF-16 units as editors count them. */
import type { Diagnostic } from "../../base/errors.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
}

export const FIRST_PLACE: Place = { line: 1, column: 1 };

/** Messages quote the source, which may be long. */
const MAX_MESSAGE = 500;

export function placeOf(source: string, offset: number): Place {
  const before = source.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export function lineText(source: string, line: number): string {
  return source.split(/\r\n|\n|\r/, line)[line - 1] ?? "";
}

export function errorAt(file: string, place: Place, code: string, message: string): Diagnostic {
  const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
  return { file, line: place.line, column: place.column, code, severity: "error", message: text };
}
