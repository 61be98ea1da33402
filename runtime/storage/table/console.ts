/** Users of the console, and who has signed in: of passwords and of cookies only hashes. */
import type { ConsoleSessionRow, ConsoleUserRow } from "../../port/console.ts";
import type { Database } from "../schema.ts";

export async function allConsoleUsers(db: Database): Promise<ConsoleUserRow[]> {
  return await db.selectFrom("consoleUsers").selectAll().orderBy("name").execute();
}

export async function putConsoleUser(db: Database, { name, ...values }: ConsoleUserRow): Promise<void> {
  await db
    .insertInto("consoleUsers")
    .values({ name, ...values })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
    .execute();
}

export async function removeConsoleUser(db: Database, name: string): Promise<boolean> {
  const result = await db.deleteFrom("consoleUsers").where("name", "=", name).executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

export async function allConsoleSessions(db: Database): Promise<ConsoleSessionRow[]> {
  return await db.selectFrom("consoleSessions").selectAll().orderBy("createdAt").orderBy("hash").execute();
}

export async function putConsoleSession(db: Database, { hash, ...values }: ConsoleSessionRow): Promise<void> {
  await db
    .insertInto("consoleSessions")
    .values({ hash, ...values })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet(values))
    .execute();
}

export async function removeConsoleSessions(db: Database, hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) await db.deleteFrom("consoleSessions").where("hash", "=", hash).execute();
}
