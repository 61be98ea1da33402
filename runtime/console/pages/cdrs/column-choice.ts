/** Which columns are shown, as this browser keeps it. */
import { signal } from "@preact/signals";

export const COLUMN_IDS = [
  "began",
  "from",
  "to",
  "result",
  "talked",
  "rang",
  "reason",
  "endedBy",
  "script",
  "trunk",
  "user",
  "direction",
  "tags",
  "id",
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

const KEY = "strowger.cdr-columns";
const FIRST: readonly ColumnId[] = ["began", "from", "to", "result", "talked", "script", "trunk"];

export const chosenColumns = signal<readonly ColumnId[]>(columnsIn(kept()));

/** What was kept; names that are not known any more are left out, and nothing at all is the choice of a newcomer. */
export function columnsIn(text: string | null): readonly ColumnId[] {
  const names = text?.split(",") ?? [];
  const known = COLUMN_IDS.filter((id) => names.includes(id));
  return known.length === 0 ? FIRST : known;
}

/** The last one stays: a table without columns shows nothing. */
export function withColumn(chosen: readonly ColumnId[], id: ColumnId, isShown: boolean): readonly ColumnId[] {
  const next = COLUMN_IDS.filter((one) => (one === id ? isShown : chosen.includes(one)));
  return next.length === 0 ? chosen : next;
}

export function choose(next: readonly ColumnId[]): void {
  chosenColumns.value = next;
  try {
    localStorage.setItem(KEY, next.join(","));
  } catch {
    // A browser may forbid to keep anything: it is asked for again next time.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
