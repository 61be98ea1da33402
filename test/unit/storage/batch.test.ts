import { CamelCasePlugin, Kysely, SqliteDialect } from "kysely";
import { beforeEach, describe, expect, it } from "vitest";
import { type Request, runBatch, type Transactional } from "../../../runtime/storage/batch.ts";
import { migrate } from "../../../runtime/storage/migrate.ts";
import { migrations } from "../../../runtime/storage/migrations/index.ts";
import { SqliteConnection } from "../../../runtime/storage/node-sqlite.ts";
import type { Database, Schema } from "../../../runtime/storage/schema.ts";

let connection: SqliteConnection;
let db: Database;

function put(id: number, name: string | null): Request {
  return { id, name: "settings.put", args: [name, "x"] };
}

function get(id: number, name: string): Request {
  return { id, name: "settings.get", args: [name] };
}

/** Notes the statements that frame a batch; `fails` is answered with an error. */
function tracing(statements: string[], fails?: string): Transactional {
  return {
    get inTransaction() {
      return connection.inTransaction;
    },
    exec(statement) {
      statements.push(statement);
      if (statement === fails) throw new Error("disk full");
      connection.exec(statement);
    },
  };
}

describe("batch of requests", () => {
  beforeEach(async () => {
    connection = new SqliteConnection(":memory:");
    db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }), plugins: [new CamelCasePlugin()] });
    await migrate(db as unknown as Kysely<unknown>, migrations, new Date(0));
  });

  it("does all writes in one transaction, then the reads", async () => {
    const statements: string[] = [];
    const replies = await runBatch(tracing(statements), db, [get(1, "b"), put(2, "a"), put(3, "b")]);
    expect(statements.filter((statement) => !statement.includes("request"))).toEqual(["begin immediate", "commit"]);
    expect(replies).toEqual([
      { id: 2, ok: true, value: undefined },
      { id: 3, ok: true, value: undefined },
      { id: 1, ok: true, value: "x" },
    ]);
  });

  it("opens no transaction for reads alone", async () => {
    const statements: string[] = [];
    await runBatch(tracing(statements), db, [get(1, "a")]);
    expect(statements).toEqual([]);
  });

  it("undoes the write that fails and keeps those around it", async () => {
    const replies = await runBatch(connection, db, [put(1, "a"), put(2, null), put(3, "b"), get(4, "b")]);
    expect(replies).toMatchObject([{ ok: true }, { id: 2, ok: false }, { ok: true }, { id: 4, ok: true, value: "x" }]);
  });

  it("makes one write alone a transaction without a savepoint, which is undone where it fails", async () => {
    const statements: string[] = [];
    expect(await runBatch(tracing(statements), db, [put(1, "a")])).toMatchObject([{ ok: true }]);
    expect(await runBatch(tracing(statements), db, [put(2, null), get(3, "a")])).toMatchObject([
      { id: 2, ok: false },
      { id: 3, ok: true, value: "x" },
    ]);
    expect(statements).toEqual(["begin immediate", "commit", "begin immediate", "rollback"]);
    expect(connection.inTransaction).toBe(false);
  });

  it("fails every write where the commit fails, and leaves no transaction open", async () => {
    const replies = await runBatch(tracing([], "commit"), db, [put(1, "a"), put(2, "b"), get(3, "a")]);
    expect(replies).toEqual([
      { id: 1, ok: false, message: "settings.put: disk full" },
      { id: 2, ok: false, message: "settings.put: disk full" },
      { id: 3, ok: true, value: undefined },
    ]);
    expect(connection.inTransaction).toBe(false);
  });
});
