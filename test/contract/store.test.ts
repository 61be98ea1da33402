import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { silentLog } from "../../runtime/base/log.ts";
import { openSqliteStore } from "../../runtime/storage/sqlite.ts";
import { storeContract } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-store-"));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

storeContract("an SQLite file", () => openSqliteStore({ file: join(folder, `${++files}.db`), log: silentLog }));
storeContract("SQLite in memory", () => openSqliteStore({ file: ":memory:", log: silentLog }));
