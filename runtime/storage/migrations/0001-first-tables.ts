/** Users, bindings, routes, scripts with their deployments, CDRs, tokens, settings. */
import type { CreateTableBuilder, Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createEndpointTables(db);
  await createScriptTables(db);
  await createCdrTable(db);
  await withTenant(db.schema.createTable("tokens"))
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("createdAt", "text", (column) => column.notNull())
    .addColumn("managed", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("tokensKey", ["id"])
    .execute();
  await db.schema
    .createTable("settings")
    .addColumn("name", "text", (column) => column.notNull().primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
}

function withTenant<Table extends string>(table: CreateTableBuilder<Table>) {
  return table.addColumn("domain", "text", (column) => column.notNull().defaultTo(""));
}

async function createEndpointTables(db: Kysely<unknown>): Promise<void> {
  await withTenant(db.schema.createTable("users"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("extension", "text")
    .addColumn("ha1Md5", "text", (column) => column.notNull())
    .addColumn("ha1Sha256", "text", (column) => column.notNull())
    .addColumn("displayName", "text")
    .addColumn("managed", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("usersKey", ["domain", "name"])
    .execute();
  await withTenant(db.schema.createTable("bindings"))
    .addColumn("user", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("contact", "text", (column) => column.notNull())
    .addColumn("callId", "text", (column) => column.notNull())
    .addColumn("cseq", "bigint", (column) => column.notNull())
    .addColumn("q", "real", (column) => column.notNull())
    .addColumn("expiresAt", "bigint", (column) => column.notNull())
    .addColumn("registeredAt", "bigint", (column) => column.notNull())
    .addColumn("userAgent", "text")
    .addColumn("transport", "text", (column) => column.notNull())
    .addColumn("localAddress", "text", (column) => column.notNull())
    .addColumn("localPort", "integer", (column) => column.notNull())
    .addColumn("remoteAddress", "text", (column) => column.notNull())
    .addColumn("remotePort", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("bindingsKey", ["domain", "user", "position"])
    .execute();
  await withTenant(db.schema.createTable("routes"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addColumn("managed", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("routesKey", ["domain", "name"])
    .execute();
}

async function createScriptTables(db: Kysely<unknown>): Promise<void> {
  await withTenant(db.schema.createTable("scriptVersions"))
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("entry", "text", (column) => column.notNull())
    .addColumn("handlers", "text", (column) => column.notNull())
    .addColumn("files", "text", (column) => column.notNull())
    .addColumn("tag", "text")
    .addColumn("message", "text")
    .addColumn("author", "text", (column) => column.notNull())
    .addColumn("createdAt", "text", (column) => column.notNull())
    .addColumn("diagnostics", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("scriptVersionsKey", ["domain", "script", "version"])
    .execute();
  await withTenant(db.schema.createTable("scriptFiles"))
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("scriptFilesKey", ["domain", "script", "version", "path"])
    .execute();
  await withTenant(db.schema.createTable("deployments"))
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("id", "integer", (column) => column.notNull())
    .addColumn("versions", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addColumn("author", "text", (column) => column.notNull())
    .addColumn("createdAt", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("deploymentsKey", ["domain", "script", "id"])
    .execute();
}

async function createCdrTable(db: Kysely<unknown>): Promise<void> {
  await withTenant(db.schema.createTable("cdrs"))
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("startedAt", "text", (column) => column.notNull())
    .addColumn("ringingAt", "text")
    .addColumn("answeredAt", "text")
    .addColumn("endedAt", "text", (column) => column.notNull())
    .addColumn("seconds", "real", (column) => column.notNull())
    .addColumn("from", "text", (column) => column.notNull())
    .addColumn("fromUser", "text", (column) => column.notNull())
    .addColumn("to", "text", (column) => column.notNull())
    .addColumn("toUser", "text", (column) => column.notNull())
    .addColumn("user", "text")
    .addColumn("trunk", "text")
    .addColumn("script", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("code", "integer", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("endedBy", "text", (column) => column.notNull())
    .addColumn("legs", "text", (column) => column.notNull())
    .addColumn("tags", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("cdrsByTime").on("cdrs").columns(["startedAt", "id"]).execute();
  // Scripts and results are few: a search for one reads the index by time.
  for (const column of ["fromUser", "toUser"]) {
    const index = `cdrsBy${column.charAt(0).toUpperCase()}${column.slice(1)}`;
    await db.schema.createIndex(index).on("cdrs").columns([column, "startedAt", "id"]).execute();
  }
}
