import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { SqliteConnection } from "../../../runtime/storage/node-sqlite.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "strowger-durable-"));
const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));

afterAll(() => rmSync(folder, { recursive: true }));

/** Lets a child write until it has reported `count` writes, kills it, and returns the last it reported. */
async function writeAndKill(file: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [writer, file], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split("\n").length > count) child.kill("SIGKILL");
  });
  await once(child, "close");
  const complete = text.slice(0, text.lastIndexOf("\n"));
  return Number(complete.slice(complete.lastIndexOf("\n") + 1));
}

describe("SQLite store", () => {
  it("has everything that it said was written after the process is killed with SIGKILL", async () => {
    const file = join(folder, "killed.db");
    const last = await writeAndKill(file, 100);
    expect(last).toBeGreaterThanOrEqual(99);
    const store = await openSqliteStore({ file, log: silentLog });
    for (let number = 0; number <= last; number++) {
      expect(await store.settings.get(`n${number}`)).toBe("x".repeat(200));
    }
    await store.close();
  });

  it("keeps its data over a close and an open", async () => {
    const file = join(folder, "deep", "folder", "again.db");
    const first = await openSqliteStore({ file, log: silentLog });
    await first.settings.put("realm", "example.com");
    await first.close();
    const second = await openSqliteStore({ file, log: silentLog });
    expect(await second.settings.get("realm")).toBe("example.com");
    await second.close();
  });

  it("makes a file that only its owner may read", async () => {
    const file = join(folder, "private.db");
    const store = await openSqliteStore({ file, log: silentLog });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("is open in two processes at once, as when a restarted switch overlaps the old one", async () => {
    const file = join(folder, "shared.db");
    const one = await openSqliteStore({ file, log: silentLog });
    const two = await openSqliteStore({ file, log: silentLog });
    await Promise.all(
      Array.from({ length: 50 }, (_, number) => (number % 2 === 0 ? one : two).settings.put(`n${number}`, "x")),
    );
    expect(await one.settings.get("n49")).toBe("x");
    expect(await two.settings.get("n48")).toBe("x");
    await Promise.all([one.close(), two.close()]);
  });

  it("refuses a database that a newer program wrote, and says what to do", async () => {
    const file = join(folder, "newer.db");
    await (await openSqliteStore({ file, log: silentLog })).close();
    const connection = new SqliteConnection(file);
    connection.exec("insert into migrations (id, name, applied_at) values (9999, 'future', '2030-01-01')");
    connection.close();
    const opening = openSqliteStore({ file, log: silentLog });
    await expect(opening).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(opening).rejects.toThrow(/newer\.db: .*newer Strowger.*9999.*restore a backup/);
  });

  it("tells of a file that cannot be opened once, with what to do", async () => {
    const errors: string[] = [];
    const log = { ...silentLog, error: (text: string) => void errors.push(text) };
    await expect(openSqliteStore({ file: folder, log })).rejects.toThrow(/must be able to write/);
    expect(errors).toEqual([]);
  });

  it("refuses a file that is no database, and names it", async () => {
    const file = join(folder, "text.db");
    writeFileSync(
      file,
      "this is not a database, it only has the name of one, and it is long enough to be read as a header",
    );
    await expect(openSqliteStore({ file, log: silentLog })).rejects.toThrow(/text\.db: .*not a database; .*backup/);
  });
});
