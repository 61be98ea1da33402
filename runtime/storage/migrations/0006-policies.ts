/** What scripts may do, and what they have used of it today. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("policies")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("policiesKey", ["domain", "script"])
    .execute();
  await db.schema
    .createTable("policyUsage")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("calls", "bigint", (column) => column.notNull())
    .addColumn("talkMs", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("policyUsageKey", ["domain", "script"])
    .execute();
}
