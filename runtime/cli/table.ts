/** Columns for people: as wide as their widest cell, the last one as it is. */
import { stripVTControlCharacters } from "node:util";

export type Cell = string | number | null;

/** A table as text, without a line end. Control characters in cells come from peers and are taken out. */
export function formatTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [
    heads,
    ...rows.map((row) => row.map((cell) => (cell === null ? "-" : printable(String(cell)).replaceAll("\n", " ")))),
  ];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Text from elsewhere, safe to print on a terminal: without escape sequences and control characters. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
}
