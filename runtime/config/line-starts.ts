/** Line and column of an offset, found without reading what stands before it: a broken file may have thousands of problems. */

export class LineStarts {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** Both from 1. */
  positionOf(offset: number): { readonly line: number; readonly column: number } {
    const starts = this.#starts;
    let line = 0;
    for (let end = starts.length; line + 1 < end; ) {
      const middle = (line + end) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else end = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  }
}
