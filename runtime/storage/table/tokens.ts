/** Tokens of the HTTP API; of the secret only its hash. */
import type { TokenRow } from "../../port/store.ts";
import type { Database } from "../schema.ts";

export async function allTokens(db: Database): Promise<TokenRow[]> {
  const rows = await db
    .selectFrom("tokens")
    .select(["id", "name", "hash", "scopes", "createdAt", "managed"])
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ ...row, scopes: JSON.parse(row.scopes) as string[], managed: row.managed === 1 }));
}

export async function putToken(db: Database, token: TokenRow): Promise<void> {
  const row = { ...token, scopes: JSON.stringify(token.scopes), managed: token.managed ? 1 : 0 };
  await db
    .insertInto("tokens")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function removeToken(db: Database, id: string): Promise<boolean> {
  const result = await db.deleteFrom("tokens").where("id", "=", id).executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}
