/**
 * Brings the database to what this program knows, forward only, and notes each step in the table `migrations`. A database
 * that a newer program wrote is refused: guessing what its columns mean would damage it.
 */
import type { Kysely } from "kysely";
import { StorageError } from "../base/errors.ts";
import type { Migration } from "./migrations/index.ts";

type MigrationSchema = { migrations: { id: number; name: string; appliedAt: string } };

/** Runs what is missing. The caller holds a transaction around it, so that a failed step leaves nothing behind. */
export async function migrate(db: Kysely<unknown>, migrations: readonly Migration[], now: Date): Promise<void> {
  await db.schema
    .createTable("migrations")
    .ifNotExists()
    .addColumn("id", "integer", (column) => column.notNull().primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("appliedAt", "text", (column) => column.notNull())
    .execute();
  const journal = db.withTables<MigrationSchema>();
  const rows = await journal.selectFrom("migrations").select("id").execute();
  const applied = new Set(rows.map((row) => row.id));
  const known = migrations.at(-1)?.id ?? 0;
  const newest = Math.max(0, ...applied);
  if (newest > known) {
    throw new StorageError(
      "store-unavailable",
      `the database was written by a newer Strowger (its schema is ${newest}, this program knows ${known}); ` +
        "start the newer program, or restore a backup from before the upgrade",
    );
  }
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    await migration.up(db);
    await journal
      .insertInto("migrations")
      .values({ id: migration.id, name: migration.name, appliedAt: now.toISOString() })
      .execute();
  }
}
