/** Users and the digests of their passwords. */
import type { UserRow } from "../../port/store.ts";
import type { Database } from "../schema.ts";

export async function allUsers(db: Database): Promise<UserRow[]> {
  const rows = await db.selectFrom("users").selectAll().orderBy("domain").orderBy("name").execute();
  return rows.map((row) => ({ ...row, managed: row.managed === 1 }));
}

export async function putUser(db: Database, user: UserRow): Promise<void> {
  const row = { ...user, managed: user.managed ? 1 : 0 };
  await db
    .insertInto("users")
    .values(row)
    .onConflict((conflict) => conflict.columns(["domain", "name"]).doUpdateSet(row))
    .execute();
}

export async function removeUser(db: Database, domain: string, name: string): Promise<boolean> {
  const result = await db
    .deleteFrom("users")
    .where("domain", "=", domain)
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}
