/** Trunks, their passwords sealed. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("trunks")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addColumn("keyId", "text")
    .addColumn("nonce", "text")
    .addColumn("sealed", "text")
    .addPrimaryKeyConstraint("trunksKey", ["domain", "name"])
    .execute();
}
