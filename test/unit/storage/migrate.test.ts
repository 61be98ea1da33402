import { Kysely, SqliteDialect, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../../runtime/storage/migrate.ts";
import { type Migration, migrations } from "../../../runtime/storage/migrations/index.ts";
import { SqliteConnection } from "../../../runtime/storage/node-sqlite.ts";

const now = new Date("2026-01-01T00:00:00Z");
let db: Kysely<unknown>;

function step(id: number, log: number[]): Migration {
  return { id, name: `step-${id}`, up: async () => void log.push(id) };
}

describe("migrations", () => {
  beforeEach(() => {
    db = new Kysely({ dialect: new SqliteDialect({ database: new SqliteConnection(":memory:") }) });
  });
  afterEach(() => db.destroy());

  it("run once each, in order, and are noted", async () => {
    const log: number[] = [];
    await migrate(db, [step(1, log)], now);
    await migrate(db, [step(1, log), step(2, log), step(3, log)], now);
    expect(log).toEqual([1, 2, 3]);
    const noted = await sql<{ id: number; name: string }>`select id, name from migrations order by id`.execute(db);
    expect(noted.rows.map((row) => row.name)).toEqual(["step-1", "step-2", "step-3"]);
  });

  it("do not run on a database that knows more of them", async () => {
    await migrate(db, [step(1, []), step(2, [])], now);
    await expect(migrate(db, [step(1, [])], now)).rejects.toThrow(/its schema is 2, this program knows 1/);
  });

  it("are numbered upwards without a gap", () => {
    expect(migrations.map((migration) => migration.id)).toEqual(migrations.map((_, index) => index + 1));
  });
});
