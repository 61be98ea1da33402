/** One row per script that keeps something: how much it keeps, the last versions given, and its variables. */
import type { ScriptOwner } from "../../port/script-data.ts";
import type { EnvironmentRow } from "../../port/script-data-store.ts";
import type { Database, ScriptDataTable } from "../schema.ts";

type Counters = Omit<ScriptDataTable, "domain" | "script" | "variables">;

const NOTHING: Counters = { kvKeys: 0, kvBytes: 0, kvVersion: 0, secretVersion: 0 };

export async function countersOf(db: Database, { domain, script }: ScriptOwner): Promise<Counters> {
  const row = await db
    .selectFrom("scriptData")
    .select(["kvKeys", "kvBytes", "kvVersion", "secretVersion"])
    .where("domain", "=", domain)
    .where("script", "=", script)
    .executeTakeFirst();
  return row ?? NOTHING;
}

export async function putCounters(
  db: Database,
  { domain, script }: ScriptOwner,
  counters: Partial<Counters>,
): Promise<void> {
  await db
    .insertInto("scriptData")
    .values({ domain, script, ...NOTHING, variables: "{}", ...counters })
    .onConflict((conflict) => conflict.columns(["domain", "script"]).doUpdateSet(counters))
    .execute();
}

export async function allEnvironments(db: Database): Promise<EnvironmentRow[]> {
  const rows = await db
    .selectFrom("scriptData")
    .select(["domain", "script", "variables"])
    .where("variables", "!=", "{}")
    .execute();
  // Written by `putEnvironment` from the very type it is read as.
  return rows.map((row) => ({ ...row, variables: JSON.parse(row.variables) as EnvironmentRow["variables"] }));
}

export async function putEnvironment(db: Database, { domain, script, variables }: EnvironmentRow): Promise<void> {
  const text = JSON.stringify(variables);
  await db
    .insertInto("scriptData")
    .values({ domain, script, ...NOTHING, variables: text })
    .onConflict((conflict) => conflict.columns(["domain", "script"]).doUpdateSet({ variables: text }))
    .execute();
}

/** The counters stay: versions are never given twice. */
export async function removeScriptData(db: Database, { domain, script }: ScriptOwner): Promise<void> {
  await db.deleteFrom("secrets").where("domain", "=", domain).where("script", "=", script).execute();
  await db
    .updateTable("scriptData")
    .set({ variables: "{}" })
    .where("domain", "=", domain)
    .where("script", "=", script)
    .execute();
}
