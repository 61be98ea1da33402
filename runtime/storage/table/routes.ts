/** Routes, in the order in which they are tried. */
import type { RouteRow } from "../../port/store.ts";
import type { Database } from "../schema.ts";

export async function allRoutes(db: Database): Promise<RouteRow[]> {
  const rows = await db
    .selectFrom("routes")
    .select(["name", "position", "json", "managed"])
    .orderBy("position")
    .orderBy("name")
    .execute();
  return rows.map((row) => ({ ...row, managed: row.managed === 1 }));
}

export async function putRoutes(db: Database, routes: readonly RouteRow[]): Promise<void> {
  for (const route of routes) await putRoute(db, route);
}

async function putRoute(db: Database, route: RouteRow): Promise<void> {
  const row = { ...route, managed: route.managed ? 1 : 0 };
  await db
    .insertInto("routes")
    .values(row)
    .onConflict((conflict) => conflict.columns(["domain", "name"]).doUpdateSet(row))
    .execute();
}

export async function removeRoute(db: Database, name: string): Promise<boolean> {
  const result = await db.deleteFrom("routes").where("name", "=", name).executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}
