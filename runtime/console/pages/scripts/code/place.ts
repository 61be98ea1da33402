/** Places in a text: an offset, or a line and a column that count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The offset of a place; one beyond the end of its line, or of the text, is that end. */
export function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const end = text.indexOf("\n", start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return Math.min(start + Math.max(column, 1) - 1, end === -1 ? text.length : end);
}

export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
