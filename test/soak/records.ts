/** Whether each call of the load has one record, and the right one. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Outcome } from "./load/load.ts";

/** What the records of the calls of a kind say. Those of a kind that is not here begin no call. */
const RESULTS: Readonly<Record<string, string>> = {
  answered: "answered",
  thinks: "answered",
  trunk: "answered",
  refused: "failed",
  busy: "failed",
  cancelled: "cancelled",
  voicemail: "answered",
  transfer: "answered",
};
const SHOWN = 5;

/** What is wrong with the records, in words. */
export function wrongRecords(folder: string, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ name, done, failed, skipped }) => {
    const result = RESULTS[name];
    if (result === undefined) return [];
    const found = recordsOf(folder, name);
    const problems: string[] = [];
    const doubled = found.filter(({ records }) => records > 1);
    if (doubled.length > 0) problems.push(`several records: ${shown(doubled)}`);
    // One that has failed, or was turned away, may have got as far as a record.
    const others = failed + skipped;
    if (found.length < done || found.length > done + others) {
      problems.push(`${found.length} calls with a record, where ${done} were made and ${failed} have failed`);
    }
    const wrong = found.filter((one) => one.result !== result);
    if (wrong.length > others) problems.push(`not ${result}: ${shown(wrong)}`);
    return problems.map((problem) => `${name}: ${problem}`);
  });
}

interface Found {
  readonly from: string;
  readonly records: number;
  readonly result: string;
}

function recordsOf(folder: string, kind: string): Found[] {
  const db = new DatabaseSync(join(folder, "data", "strowger.sqlite"), { readOnly: true });
  try {
    const query =
      "select from_user, count(*) as records, max(result) as result from cdrs where from_user like ? group by 1";
    return db
      .prepare(query)
      .all(`${kind}-%`)
      .map((row) => ({
        from: String(row.from_user),
        records: Number(row.records),
        result: String(row.result),
      }));
  } finally {
    db.close();
  }
}

function shown(found: readonly Found[]): string {
  const some = found.slice(0, SHOWN).map(({ from, records, result }) => `${from} (${records} ${result})`);
  return `${some.join(", ")}${found.length > SHOWN ? ` and ${found.length - SHOWN} more` : ""}`;
}
