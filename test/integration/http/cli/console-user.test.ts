import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPasswordHash, isPasswordOf } from "../../../../runtime/base/password-hash.ts";
import { Browser } from "../browser.ts";
import { type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { runStrowger } from "./run-strowger.ts";

const PASSWORD = "correct horse battery";

describe("strowger console-user", () => {
  let api: FakeSwitch;

  beforeAll(async () => {
    api = await startFakeSwitch();
  });
  afterAll(() => api.close());

  const run = (input: string, ...args: readonly string[]) =>
    runStrowger(["console-user", ...args], { url: api.url, input });

  it("makes a user whose password is generated and printed once, and lists who there is", async () => {
    const made = await run("", "add", "anna", "--role", "operator", "--json");
    const { name, role, password } = JSON.parse(made.stdout);
    expect([made.code, name, role]).toEqual([0, "anna", "operator"]);
    expect((await new Browser(api).signIn({ name: "anna", password })).body.role).toBe("operator");
    const list = await run("");
    expect(list.stdout).toMatch(/^NAME +ROLE +SINCE +FROM CONFIG\nanna +operator /);
    expect(list.stdout).not.toContain(password);
    expect((await run("", "add", "anna", "--role", "viewer")).code).toBe(4);
  });

  it("takes a password from the standard input alone, and changes role and password", async () => {
    expect((await run(`${PASSWORD}\n`, "add", "ben", "--role", "viewer", "--password")).code).toBe(0);
    expect((await run("too short\n", "set", "ben", "--role", "viewer", "--password")).code).toBe(2);
    const set = await run("", "set", "ben", "--role", "deployer");
    expect(set.stdout).toBe("ben is deployer from now on.\n");
    expect((await new Browser(api).signIn({ name: "ben", password: PASSWORD })).body.role).toBe("deployer");
    expect((await run("", "set", "nobody", "--role", "viewer")).code).toBe(4);
  });

  it("removes a user, and signs them out", async () => {
    await run(`${PASSWORD}\n`, "add", "carl", "--role", "viewer", "--password");
    const browser = new Browser(api);
    await browser.signIn({ name: "carl", password: PASSWORD });
    expect((await run("", "remove", "carl")).stdout).toBe("carl is removed, and signed out.\n");
    expect((await browser.send("GET", "/v1/calls")).status).toBe(401);
  });

  it("prints the hash of a password for the configuration, without a switch", async () => {
    const printed = await runStrowger(["console-user", "hash", "dora", "--role", "admin", "--json"], {
      input: `${PASSWORD}\n`,
    });
    const { passwordHash, ...rest } = JSON.parse(printed.stdout);
    expect([printed.code, rest, isPasswordHash(passwordHash)]).toEqual([0, { name: "dora", role: "admin" }, true]);
    expect(await isPasswordOf(passwordHash, PASSWORD)).toBe(true);
  });
});
