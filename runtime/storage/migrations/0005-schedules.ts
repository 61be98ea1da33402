/** Schedules of scripts, and how far each has come. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("schedules")
    .addColumn("domain", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("cron", "text", (column) => column.notNull())
    .addColumn("timeZone", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("schedulesKey", ["domain", "script", "name"])
    .execute();
  await db.schema
    .createTable("scheduleMarks")
    .addColumn("domain", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("cron", "text", (column) => column.notNull())
    .addColumn("timeZone", "text", (column) => column.notNull())
    .addColumn("reachedAt", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("scheduleMarksKey", ["domain", "script", "name"])
    .execute();
}
