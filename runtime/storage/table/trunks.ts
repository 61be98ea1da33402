/** Trunks, in the order in which they are tried. */
import type { TrunkRow } from "../../port/trunk-store.ts";
import type { Database } from "../schema.ts";

export async function allTrunks(db: Database): Promise<TrunkRow[]> {
  const rows = await db.selectFrom("trunks").selectAll().orderBy("position").orderBy("name").execute();
  return rows.map(({ keyId, nonce, sealed, ...row }) => ({
    ...row,
    password: keyId === null || nonce === null || sealed === null ? null : { keyId, nonce, sealed },
  }));
}

export async function putTrunk(db: Database, { password, ...trunk }: TrunkRow): Promise<void> {
  const row = { ...trunk, ...(password ?? { keyId: null, nonce: null, sealed: null }) };
  await db
    .insertInto("trunks")
    .values(row)
    .onConflict((conflict) => conflict.columns(["domain", "name"]).doUpdateSet(row))
    .execute();
}

export async function removeTrunk(db: Database, domain: string, name: string): Promise<boolean> {
  const result = await db
    .deleteFrom("trunks")
    .where("domain", "=", domain)
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}
