/** Sources that are banned, and those that never are. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("guardSources")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("since", "bigint", (column) => column.notNull())
    .addColumn("until", "bigint")
    .addColumn("by", "text", (column) => column.notNull())
    .addColumn("offences", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("guardSourcesKey", ["kind", "source"])
    .execute();
}
