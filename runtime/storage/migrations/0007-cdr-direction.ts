/** Whether a call came in, or was begun by the switch. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("cdrs")
    .addColumn("direction", "text", (column) => column.notNull().defaultTo("inbound"))
    .execute();
}
