import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";
import { firstAccounts, installationToken, prepareFolder } from "../../../runtime/first-start.ts";
import type { UserAdmin, UserInput, UserView } from "../../../runtime/port/switch.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "strowger-first-"));
});
afterEach(() => rmSync(data, { recursive: true }));

describe("The token of an installation", () => {
  it("is made once and kept", async () => {
    const { secret } = await installationToken(data);
    expect(await installationToken(data)).toEqual({ secret, file: join(data, "token") });
  });

  it("is made anew where a full disk has left an empty file", async () => {
    writeFileSync(join(data, "token"), "\n");
    const { secret } = await installationToken(data);
    expect(secret).toMatch(/^stw_.{40}$/);
    expect(readFileSync(join(data, "token"), "utf8").trim()).toBe(secret);
  });

  it("is refused, with what to do, where the file holds something else or cannot be read", async () => {
    writeFileSync(join(data, "token"), "two words\n");
    await expect(installationToken(data)).rejects.toThrow(/token holds no token .*remove it/);
    rmSync(join(data, "token"));
    mkdirSync(join(data, "token"));
    await expect(installationToken(data)).rejects.toMatchObject({ code: "store-unavailable" });
  });
});

describe("The data folder", () => {
  it("that cannot be made is named, with the key to change", async () => {
    const file = join(data, "a-file");
    writeFileSync(file, "");
    const making = prepareFolder(join(file, "below"));
    await expect(making).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(making).rejects.toThrow(/a-file.below .*`data` in the configuration/);
  });
});

/** Users in memory; the store takes `room` of them and then fails. */
function someUsers(room: number): { users: UserAdmin; passwords: Map<string, string | undefined> } {
  const passwords = new Map<string, string | undefined>();
  const view = (name: string): UserView => ({
    domain: "example.test",
    name,
    extension: null,
    displayName: null,
    managed: false,
    registered: false,
  });
  const users: UserAdmin = {
    list: () => [...passwords.keys()].map(view),
    get: (name) => (passwords.has(name) ? view(name) : undefined),
    put: async ({ name, password }: UserInput) => {
      if (passwords.size >= room && !passwords.has(name)) throw new Error("disk full");
      passwords.set(name, password);
      return { user: view(name), created: true };
    },
    remove: async (name) => void passwords.delete(name),
  };
  return { users, passwords };
}

describe("The first accounts", () => {
  it("of a start that was broken off are completed by the next one, with the passwords that are shown", async () => {
    const parsed = parseConfig(`data: ${data}\n`, join(data, "strowger.yaml"), {});
    if (!parsed.ok) throw new Error("The configuration is not valid.");
    const { users, passwords } = someUsers(1);
    await expect(firstAccounts(parsed.value, users)).rejects.toThrow("disk full");
    const whole = someUsers(2);
    for (const [name, password] of passwords) whole.passwords.set(name, password);
    const accounts = await firstAccounts(parsed.value, whole.users);
    expect(accounts.map(({ name, password }) => [name, password])).toEqual([...whole.passwords]);
    expect(accounts).toHaveLength(2);
    expect(await firstAccounts(parsed.value, whole.users)).toEqual(accounts);
  });
});
