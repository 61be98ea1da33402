/** Secrets of scripts, as they were sealed elsewhere: nothing here can open them. */
import type { ScriptOwner, SecretInfo } from "../../port/script-data.ts";
import type { NewSecrets, SecretRow } from "../../port/script-data-store.ts";
import type { Database } from "../schema.ts";
import { countersOf, putCounters } from "./script-data.ts";

/** With the passwords of trunks, which the same key has sealed. */
export async function countSecrets(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom("secrets")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const { passwords } = await db
    .selectFrom("trunks")
    .select(({ fn }) => fn.countAll<number>().as("passwords"))
    .where("sealed", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(count) + Number(passwords);
}

export async function findSecret(db: Database, of: ScriptOwner, name: string): Promise<SecretRow | undefined> {
  return await db
    .selectFrom("secrets")
    .select(["name", "version", "keyId", "nonce", "sealed", "updatedAt"])
    .where("domain", "=", of.domain)
    .where("script", "=", of.script)
    .where("name", "=", name)
    .executeTakeFirst();
}

export async function listSecrets(db: Database, of: ScriptOwner): Promise<SecretInfo[]> {
  return await db
    .selectFrom("secrets")
    .select(["name", "version", "updatedAt"])
    .where("domain", "=", of.domain)
    .where("script", "=", of.script)
    .orderBy("name")
    .execute();
}

export async function changeSecrets(
  db: Database,
  { of, put, most }: NewSecrets,
  removed: readonly string[],
): Promise<boolean> {
  const { domain, script } = of;
  const names = new Set((await listSecrets(db, of)).map(({ name }) => name));
  for (const name of removed) names.delete(name);
  for (const { name } of put) names.add(name);
  if (names.size > most) return false;
  if (removed.length > 0) {
    await db
      .deleteFrom("secrets")
      .where("domain", "=", domain)
      .where("script", "=", script)
      .where("name", "in", removed)
      .execute();
  }
  if (put.length === 0) return true;
  let { secretVersion } = await countersOf(db, of);
  for (const secret of put) {
    const row = { domain, script, ...secret, version: ++secretVersion };
    await db
      .insertInto("secrets")
      .values(row)
      .onConflict((conflict) => conflict.columns(["domain", "script", "name"]).doUpdateSet(row))
      .execute();
  }
  await putCounters(db, of, { secretVersion });
  return true;
}
