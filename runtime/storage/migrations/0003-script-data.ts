/** What scripts keep: keys with values, secrets, variables, and what they sum up to. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("scriptData")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("kvKeys", "integer", (column) => column.notNull())
    .addColumn("kvBytes", "bigint", (column) => column.notNull())
    .addColumn("kvVersion", "bigint", (column) => column.notNull())
    .addColumn("secretVersion", "bigint", (column) => column.notNull())
    .addColumn("variables", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("scriptDataKey", ["domain", "script"])
    .execute();
  await db.schema
    .createTable("kv")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addColumn("bytes", "integer", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("expiresAt", "bigint")
    .addColumn("updatedAt", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("kvKey", ["domain", "script", "key"])
    .execute();
  // Most keys never expire: the index holds the others alone.
  await db.schema.createIndex("kvByExpiry").on("kv").column("expiresAt").where("expiresAt", "is not", null).execute();
  await db.schema
    .createTable("secrets")
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("keyId", "text", (column) => column.notNull())
    .addColumn("nonce", "text", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("updatedAt", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("secretsKey", ["domain", "script", "name"])
    .execute();
}
