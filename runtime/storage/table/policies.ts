/** Policies of scripts, as JSON, and one row per script of what it has used of its day. */
import type { PolicyRow, UsageRow } from "../../port/policy.ts";
import type { Database } from "../schema.ts";

export async function allPolicies(db: Database): Promise<PolicyRow[]> {
  const rows = await db.selectFrom("policies").selectAll().execute();
  // Written by `putPolicy` from the very type it is read as.
  return rows.map(({ domain, script, json }) => ({ domain, script, policy: JSON.parse(json) as PolicyRow["policy"] }));
}

export async function putPolicy(db: Database, { domain, script, policy }: PolicyRow): Promise<void> {
  const json = JSON.stringify(policy);
  await db
    .insertInto("policies")
    .values({ domain, script, json })
    .onConflict((conflict) => conflict.columns(["domain", "script"]).doUpdateSet({ json }))
    .execute();
}

export async function removePolicy(db: Database, domain: string, script: string): Promise<void> {
  await db.deleteFrom("policies").where("domain", "=", domain).where("script", "=", script).execute();
}

export async function allPolicyUsage(db: Database): Promise<UsageRow[]> {
  return db.selectFrom("policyUsage").selectAll().execute();
}

export async function putPolicyUsage(db: Database, rows: readonly UsageRow[]): Promise<void> {
  for (const row of rows) {
    const { day, calls, talkMs } = row;
    await db
      .insertInto("policyUsage")
      .values(row)
      .onConflict((conflict) => conflict.columns(["domain", "script"]).doUpdateSet({ day, calls, talkMs }))
      .execute();
  }
}
