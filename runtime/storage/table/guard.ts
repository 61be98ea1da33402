/** Sources that are banned, and those that never are: one row for each. */
import type { GuardRow } from "../../port/guard.ts";
import type { Database } from "../schema.ts";

export async function allGuardSources(db: Database): Promise<GuardRow[]> {
  // Written by `putGuardSources` from the very type it is read as.
  return (await db.selectFrom("guardSources").selectAll().orderBy("since").execute()) as GuardRow[];
}

export async function putGuardSources(db: Database, rows: readonly GuardRow[]): Promise<void> {
  for (const { kind, source, reason, since, until, by, offences } of rows) {
    const values = { reason, since, until, by, offences };
    await db
      .insertInto("guardSources")
      .values({ kind, source, ...values })
      .onConflict((conflict) => conflict.columns(["kind", "source"]).doUpdateSet(values))
      .execute();
  }
}

export async function removeGuardSources(
  db: Database,
  kind: GuardRow["kind"],
  sources: readonly string[],
): Promise<void> {
  for (const source of sources) {
    await db.deleteFrom("guardSources").where("kind", "=", kind).where("source", "=", source).execute();
  }
}
