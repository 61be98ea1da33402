/** Writes settings one after the other and reports each that has resolved, until it is killed. */
import { writeSync } from "node:fs";
import { silentLog } from "../../../runtime/base/log.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";

const store = await openSqliteStore({ file: process.argv[2] ?? "", log: silentLog });
for (let number = 0; ; number++) {
  await store.settings.put(`n${number}`, "x".repeat(200));
  writeSync(1, `${number}\n`);
}
