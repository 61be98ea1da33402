/** How a registered contact is reached beyond its flow: by proxies (RFC 3327), and by which flow of which device (RFC 5626). */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("bindings")
    .addColumn("path", "text", (column) => column.notNull().defaultTo("[]"))
    .execute();
  await db.schema.alterTable("bindings").addColumn("instance", "text").execute();
  await db.schema.alterTable("bindings").addColumn("regId", "bigint").execute();
}
