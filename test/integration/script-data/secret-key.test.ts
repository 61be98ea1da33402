import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { SecretDesk } from "../../../runtime/script-data/secrets.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";

const root = mkdtempSync(join(tmpdir(), "strowger-secrets-"));
const OF = { domain: "example.com", script: "desk" };
const VALUE = "hunter22-is-the-secret";
let folders = 0;
let file: string;
let database: string;
let store: Store;
let logged: unknown[][];

const log: Log = { ...silentLog, error: (...line) => void logged.push(line) };

/** The secrets as after a start of the switch. */
async function start(configured: string | null = null): Promise<SecretDesk> {
  logged = [];
  const secrets = new SecretDesk({ store: store.scriptData.secrets, clock: { now: () => 0 }, log });
  await secrets.useKey({ configured, file });
  return secrets;
}

beforeEach(async () => {
  const folder = join(root, String(++folders));
  file = join(folder, "secret.key");
  database = join(folder, "strowger.sqlite");
  store = await openSqliteStore({ file: database, log: silentLog });
});
afterEach(() => store.close());
afterAll(() => rmSync(root, { recursive: true }));

describe("The key of the secrets", () => {
  it("is made at the first start, for its owner alone, and used from then on", async () => {
    await (await start()).change(OF, { KEY: VALUE });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, "utf8");
    expect(Buffer.from(key, "base64")).toHaveLength(32);
    const again = await start();
    expect(await again.reveal(OF, "KEY")).toBe(VALUE);
    expect(readFileSync(file, "utf8")).toBe(key);
    expect(existsSync(`${file}.new`)).toBe(false);
    expect(logged).toEqual([]);
  });

  it("may come from the configuration, and then no file is made", async () => {
    const key = "ab".repeat(32);
    await (await start(key)).change(OF, { KEY: VALUE });
    expect(existsSync(file)).toBe(false);
    const same = Buffer.from(key, "hex").toString("base64");
    expect(await (await start(same)).reveal(OF, "KEY")).toBe(VALUE);
  });

  it("is not made anew where secrets are stored: whoever needs one is told, and the log says what to do", async () => {
    await (await start()).change(OF, { KEY: VALUE, PIN: "1234" });
    rmSync(file);
    const secrets = await start();
    expect(existsSync(file)).toBe(false);
    expect(JSON.stringify(logged)).toMatch(/secret\.key.*is missing: put it back from a backup/);
    await expect(secrets.reveal(OF, "KEY")).rejects.toMatchObject({ code: "secrets-unavailable" });
    await expect(secrets.change(OF, { NEW: VALUE })).rejects.toMatchObject({ code: "secrets-unavailable" });
    await expect(secrets.seal(OF, { NEW: VALUE })).rejects.toMatchObject({ code: "secrets-unavailable" });
    expect((await secrets.list(OF)).map(({ name }) => name)).toEqual(["KEY", "PIN"]);
    await secrets.change(OF, { KEY: null, PIN: null });
    await (await start()).change(OF, { KEY: VALUE });
  });

  it("that is another one opens nothing, says so once in the log, and takes new secrets", async () => {
    await (await start()).change(OF, { KEY: VALUE });
    writeFileSync(file, Buffer.alloc(32, 7).toString("base64"));
    const secrets = await start();
    for (let time = 0; time < 3; time++) {
      const opened = secrets.reveal(OF, "KEY");
      await expect(opened).rejects.toMatchObject({ code: "secrets-unavailable" });
      await expect(opened).rejects.toThrow(/"KEY" cannot be opened: it was encrypted with another key/);
    }
    expect(logged).toHaveLength(1);
    await secrets.change(OF, { KEY: VALUE });
    expect(await secrets.reveal(OF, "KEY")).toBe(VALUE);
  });

  it.each([
    ["is no key", "short\n"],
    ["is empty, as a full disk leaves it", ""],
  ])("that %s keeps nothing from starting, and is not overwritten", async (_what, text) => {
    writeFileSync(file, text);
    const secrets = await start();
    await expect(secrets.change(OF, { KEY: VALUE })).rejects.toMatchObject({ code: "secrets-unavailable" });
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(JSON.stringify(logged)).toContain("holds no key");
  });

  it("that cannot be made is told of", async () => {
    file = join(root, "no", "such", "folder", "secret.key");
    const secrets = await start();
    await expect(secrets.change(OF, { KEY: VALUE })).rejects.toMatchObject({ code: "secrets-unavailable" });
    expect(JSON.stringify(logged)).toContain("cannot be written");
  });
});

describe("Secrets", () => {
  it("stand in no file of the store, neither as they are nor in base64", async () => {
    const secrets = await start();
    await secrets.change(OF, { KEY: VALUE });
    await store.close();
    const bytes = ["", "-wal"]
      .map((end) => `${database}${end}`)
      .flatMap((path) => (existsSync(path) ? readFileSync(path).toString("latin1") : []));
    expect(bytes.join("")).toContain("KEY");
    for (const shape of [
      VALUE,
      Buffer.from(VALUE).toString("base64").slice(0, 20),
      Buffer.from(VALUE).toString("hex"),
    ]) {
      expect(bytes.join("").includes(shape)).toBe(false);
    }
    store = await openSqliteStore({ file: database, log: silentLog });
    expect(await (await start()).reveal(OF, "KEY")).toBe(VALUE);
  });

  it("do not open where a row was put in the place of another", async () => {
    const secrets = await start();
    await secrets.change(OF, { KEY: VALUE });
    const row = await store.scriptData.secrets.get(OF, "KEY");
    const menu = { ...OF, script: "menu" };
    if (row === undefined) throw new Error("There is no row");
    const { version: _, ...put } = row;
    await store.scriptData.secrets.change({ of: menu, put: [put], most: 10 }, []);
    await expect(secrets.reveal(menu, "KEY")).rejects.toThrow(/its row in the store was damaged/);
  });

  it("are bounded in their number", async () => {
    const secrets = await start();
    const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`S${index}`, VALUE]));
    await secrets.change(OF, values);
    await expect(secrets.change(OF, { ONE_MORE: VALUE })).rejects.toMatchObject({ code: "full" });
    await expect(secrets.seal(OF, { ONE_MORE: VALUE })).rejects.toMatchObject({ code: "full" });
    await secrets.change(OF, { ONE_MORE: VALUE, S0: null });
    expect((await secrets.list(OF)).length).toBe(100);
  });
});
