/** Who changed what, and whether a deployment may be undone by the switch itself. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("domain", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("result", "text")
    .addColumn("status", "integer", (column) => column.notNull())
    .addColumn("problem", "text")
    .addColumn("source", "text")
    .execute();
  await db.schema
    .alterTable("deployments")
    .addColumn("autoRollback", "integer", (column) => column.notNull().defaultTo(1))
    .execute();
}
