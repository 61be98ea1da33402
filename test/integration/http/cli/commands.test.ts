import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../../runtime/base/errors.ts";
import { parseConfig } from "../../../../runtime/config/load.ts";
import { ADMIN, aCall, aCdr, type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { type Ran, type RunOptions, runStrowger } from "./run-strowger.ts";

describe("the commands of strowger", () => {
  let api: FakeSwitch;
  let folder: string;
  let reload: () => Promise<{ warnings: readonly string[] }>;

  beforeEach(async () => {
    reload = async () => ({ warnings: ["listen: takes effect at the next start"] });
    api = await startFakeSwitch({ reload: () => reload() });
    folder = await mkdtemp(join(tmpdir(), "strowger-"));
  });
  afterEach(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  const run = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    runStrowger(args, { url: api.url, cwd: folder, ...options });

  it("list and show calls", async () => {
    const listed = await run(["calls"]);
    expect(listed.stdout.split("\n")[0]).toMatch(/^ID +STATE +FROM +TO +SCRIPT +TRUNK +SECONDS$/);
    expect(listed.stdout).toContain("sip:alice@example.com");
    expect(JSON.parse((await run(["calls", "list", "--json"])).stdout)).toEqual([aCall("call-1")]);
    expect((await run(["calls", "show", "call-1"])).stdout).toMatch(/^tags +queue=sales$/m);
    const [leg] = aCall("call-1").legs;
    if (leg === undefined) throw new Error("the call has no leg");
    api.calls.set("call-1", { ...aCall("call-1"), legs: [{ ...leg, trunk: "carrier-two" }] });
    expect((await run(["calls"])).stdout).toMatch(/ carrier-two +\d+$/m);
    expect((await run(["calls", "show", "call-1"])).stdout).toMatch(/^leg-1 .* carrier-two$/m);
    api.calls.set("call-1", { ...aCall("call-1"), trunk: "carrier-one" });
    expect((await run(["calls"])).stdout).toMatch(/ carrier-one +\d+$/m);
    const shown = (await run(["calls", "show", "call-1"])).stdout;
    expect(shown).toMatch(/^trunk +carrier-one$/m);
    expect(shown).toMatch(/^caller +PCMA +500 +490 +2\.0 % +3\.1 ms +41 ms +4\.2$/m);
    expect(shown).toMatch(/^callee +opus +500 +0 +0\.0 % +0\.0 ms +- +-$/m);
    const nobody = await run(["calls", "show", "call-9"]);
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("There is no live call call-9")]);
  });

  it("print nothing that could steer the terminal", async () => {
    api.calls.set("call-2", { ...aCall("call-2"), from: "sip:\u001b[2J\u0007evil@example.com" });
    const listed = await run(["calls"]);
    expect(listed.stdout).toContain("sip:evil@example.com");
    expect(listed.stdout).not.toContain("\u001b");
  });

  it("decide on a call and hang it up", async () => {
    expect((await run(["calls", "decide", "call-1", '{"type":"hangup"}'])).code).toBe(0);
    expect(api.decisions).toEqual([{ id: "call-1", decision: { type: "hangup" } }]);
    expect((await run(["calls", "decide", "call-1", "hangup"])).code).toBe(2);
    expect((await run(["calls", "hangup", "call-1"])).code).toBe(0);
    expect(api.calls.size).toBe(0);
  });

  it("call somebody: a target, a plan, or on a script", async () => {
    const called = await run(["call", "alice", "bob", "--caller-id", "100", "--ring-seconds", "20", "--tag", "a=b=c"]);
    expect([called.code, called.stdout]).toEqual([0, "alice is called: call-2\n"]);
    const plan = '[{"type":"say","text":"hello"}]';
    expect((await run(["call", "alice", plan, "--script", "main", "--state", '{"order":7}'])).code).toBe(0);
    expect(api.originated).toEqual([
      { from: "alice", to: "bob", callerId: "100", ringSeconds: 20, tags: { a: "b=c" } },
      { from: "alice", to: JSON.parse(plan), script: "main", state: { order: 7 } },
    ]);
    expect(JSON.parse((await run(["call", "alice", "bob", "--json"])).stdout).direction).toBe("outbound");
    for (const wrong of [
      ["--tag", "a"],
      ["--ring-seconds", "soon"],
      ["--state", "{"],
    ]) {
      expect((await run(["call", "alice", "bob", ...wrong])).code).toBe(2);
    }
    expect((await run(["call", "alice", "bob", "--ring-seconds", "500"])).stderr).toContain("ringSeconds");
  });

  it("make a user with a password that is printed once, list it, and remove it", async () => {
    const added = await run(["users", "add", "carol", "--extension", "102"]);
    const password = /password: (\S+)/.exec(added.stdout)?.[1];
    expect(password).toMatch(/^[0-9a-z]{20}$/);
    expect(api.passwords.get("carol")).toBe(password);
    expect((await run(["users"])).stdout).toMatch(/^carol +102/m);
    const twice = await run(["users", "add", "carol"]);
    expect(twice.code).toBe(4);
    expect(api.passwords.get("carol")).toBe(password);
    const given = await run(["users", "add", "dave", "--password", "correct horse", "--json"]);
    expect(given.stdout).not.toContain("correct horse");
    expect((await run(["users", "remove", "carol"])).code).toBe(0);
    expect([...api.users.keys()]).toEqual(["dave"]);
  });

  it("list routes and tell which one a call takes", async () => {
    await api.send("PUT", "/v1/routes/front", { json: { to: "100", script: "front-desk" } });
    expect((await run(["routes"])).stdout).toMatch(/^front +to=100 +front-desk/m);
    expect((await run(["routes", "match", "100"])).stdout).toBe("100 takes the route front: script front-desk.\n");
    expect((await run(["routes", "match", "5"])).code).toBe(1);
  });

  it("list registrations and records", async () => {
    expect((await run(["registrations"])).stdout).toContain("sip:alice@192.0.2.2:5060");
    expect((await run(["registrations", "--user", "bob"])).stdout).toBe("Nobody is registered.\n");
    const records = await run(["cdrs", "--result", "failed", "--since", "2026-01-01", "--limit", "5", "--json"]);
    expect(JSON.parse(records.stdout)).toEqual([aCdr("call-0")]);
    expect(api.cdrQueries).toEqual([{ result: "failed", since: "2026-01-01T00:00:00.000Z", limit: 5 }]);
    await run(["cdrs", "--trunk", "carrier"]);
    expect(api.cdrQueries.at(-1)).toEqual({ trunk: "carrier", limit: 20 });
    expect((await run(["cdrs", "--limit", "none"])).code).toBe(2);
  });

  it("reload the configuration, and end with 2 where it is bad", async () => {
    expect((await run(["reload"])).stdout).toBe("reloaded\nwarning: listen: takes effect at the next start\n");
    const diagnostic = {
      file: "strowger.yaml",
      line: 3,
      column: 7,
      code: "key",
      severity: "error",
      message: "no such key",
    } as const;
    reload = () => Promise.reject(new ConfigError("config-invalid", "strowger.yaml has 1 problem.", [diagnostic]));
    const bad = await run(["reload"]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("strowger.yaml:3:7: no such key\n");
  });

  it("find the token of the switch whose folder they run in", async () => {
    await writeFile(join(folder, "strowger.yaml"), "");
    await mkdir(join(folder, "data"));
    await mkdir(join(folder, "scripts/deep"), { recursive: true });
    await writeFile(join(folder, "data/token"), `${ADMIN}\n`);
    expect((await run(["calls"], { token: null, cwd: join(folder, "scripts/deep") })).code).toBe(0);
  });

  it("begin a folder, and overwrite nothing in it", async () => {
    const begun = await run(["init", "office"]);
    expect(begun.code).toBe(0);
    const file = join(folder, "office/strowger.yaml");
    const config = parseConfig(await readFile(file, "utf8"), file, {});
    expect(config).toMatchObject({ ok: true, value: { routes: [{ name: "everything", script: "hello" }] } });
    await writeFile(file, "domain: example.com\n");
    const again = await run(["init", "office", "--json"]);
    const own = ["strowger.yaml", "scripts/hello.ts", "scripts/hello.test.ts", "README.md", ".gitignore"];
    const generated = [".gitignore", "tsconfig.json", "vitest.config.mjs"].map((name) => `office/.strowger/${name}`);
    expect(JSON.parse(again.stdout)).toEqual({ written: generated, kept: own.map((name) => `office/${name}`) });
    expect(await readFile(file, "utf8")).toBe("domain: example.com\n");
    const tested = await run(["test", "office"]);
    expect(tested.code, tested.stdout + tested.stderr).toBe(0);
    expect((await run(["check", "office/scripts/hello.ts"])).code).toBe(0);
  });

  it("start the switch with the configuration that is named", async () => {
    const ran = await run(["start", "--config", "not-there.yaml"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(join(folder, "not-there.yaml"));
  });

  it("explain themselves", async () => {
    const help = await run(["--help"]);
    expect(help.code).toBe(0);
    for (const name of [
      "start",
      "reload",
      "init",
      "deploy",
      "versions",
      "rollback",
      "tail",
      "calls",
      "users",
      "routes",
      "cdrs",
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
    expect((await run(["deploy", "--help"])).stdout).toContain("--json");
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
