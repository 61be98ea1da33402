import { CamelCasePlugin, Kysely, SqliteDialect } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../../runtime/storage/migrate.ts";
import { migrations } from "../../../runtime/storage/migrations/index.ts";
import { SqliteConnection } from "../../../runtime/storage/node-sqlite.ts";
import type { CdrTable, Database, Schema } from "../../../runtime/storage/schema.ts";
import { addCdrs, findCdr } from "../../../runtime/storage/table/cdrs.ts";
import { cdr } from "../../contract/store.ts";

const now = new Date("2026-01-01T00:00:00Z");

describe("Call records from before their direction was kept", () => {
  let connection: SqliteConnection;
  let db: Database;

  beforeEach(() => {
    connection = new SqliteConnection(":memory:");
    const dialect = new SqliteDialect({ database: connection });
    db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
  });
  afterEach(() => db.destroy());

  it("are of calls that came in", async () => {
    const up = (most: number) =>
      migrate(
        db as unknown as Kysely<unknown>,
        migrations.filter(({ id }) => id <= most),
        now,
      );
    await up(6);
    const { fromUser, toUser } = { fromUser: "bob", toUser: "alice" };
    const { direction: _, legs, tags, ...old } = cdr();
    const row = { ...old, legs: JSON.stringify(legs), tags: JSON.stringify(tags), fromUser, toUser };
    // As the program before has written it.
    await db
      .insertInto("cdrs")
      .values(row as CdrTable)
      .execute();
    await up(7);
    await addCdrs(db, JSON.stringify([cdr({ id: "call-2", direction: "outbound" })]));
    expect((await findCdr(db, "call-1"))?.direction).toBe("inbound");
    expect((await findCdr(db, "call-2"))?.direction).toBe("outbound");
  });
});
