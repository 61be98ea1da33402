import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { type Ran, type RunOptions, runStrowger } from "./run-strowger.ts";

const SOURCE = 'export default { invite: () => ({ type: "reject", code: 404 }) };\n';

describe("strowger deploy", () => {
  let api: FakeSwitch;
  let folder: string;

  beforeEach(async () => {
    api = await startFakeSwitch();
    folder = await mkdtemp(join(tmpdir(), "strowger-"));
    await writeFile(join(folder, "front-desk.ts"), SOURCE);
  });
  afterEach(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  const run = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    runStrowger(args, { url: api.url, cwd: folder, ...options });

  it("makes a file live under its name", async () => {
    const ran = await run(["deploy", "front-desk.ts", "--message", "first", "--tag", "spring"]);
    expect(ran).toEqual({ code: 0, stdout: "front-desk version 1 is live; it handles invite.\n", stderr: "" });
    expect(api.deployments.uploads).toEqual([
      {
        entry: "front-desk.ts",
        files: { "front-desk.ts": SOURCE },
        author: "admin",
        typecheck: "error",
        message: "first",
        tag: "spring",
      },
    ]);
    expect(api.deployments.live.has("front-desk")).toBe(true);
  });

  it("makes a folder live, without its tests", async () => {
    await mkdir(join(folder, "hotel/lib"), { recursive: true });
    await writeFile(join(folder, "hotel/index.ts"), 'import "./lib/rooms.ts";');
    await writeFile(join(folder, "hotel/lib/rooms.ts"), "export {};");
    await writeFile(join(folder, "hotel/index.test.ts"), "SYNTAX");
    const ran = await run(["deploy", "hotel", "--name", "lobby", "--json"]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ name: "lobby", version: 1 });
    expect(api.deployments.uploads).toMatchObject([
      { entry: "index.ts", files: { "index.ts": 'import "./lib/rooms.ts";', "lib/rooms.ts": "export {};" } },
    ]);
  });

  it("points at what does not compile, and ends with 3", async () => {
    await writeFile(join(folder, "broken.ts"), "const a = 1;\n\tlet SYNTAX = a;\n");
    const ran = await run(["deploy", "broken.ts"]);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("broken.ts:2:6: not a word\n  2 | \tlet SYNTAX = a;\n    | \t    ^\n");
    expect(ran.stderr).toContain("does not compile");
  });

  it("tells programs what does not compile as JSON", async () => {
    await writeFile(join(folder, "broken.ts"), "SYNTAX");
    const ran = await run(["deploy", "broken.ts", "--json"]);
    expect(JSON.parse(ran.stdout).error).toMatchObject({ code: "script-does-not-compile", errors: [{ line: 1 }] });
  });

  it("only checks on a dry run, and only stores with --no-activate", async () => {
    expect((await run(["deploy", "front-desk.ts", "--dry-run"])).stdout).toContain("Nothing was stored.");
    expect(api.deployments.stored.size).toBe(0);
    expect((await run(["deploy", "front-desk.ts", "--no-activate"])).stdout).toContain("is stored, and not live");
    expect(api.deployments.stored.size).toBe(1);
    expect(api.deployments.live.size).toBe(0);
  });

  it.each([
    ["a file that is not there", ["deploy", "nothing.ts"]],
    ["a folder without an entry", ["deploy", "."]],
    ["an option nobody knows", ["deploy", "front-desk.ts", "--percentage", "5"]],
    ["a missing argument", ["deploy"]],
    ["a command nobody knows", ["deplox"]],
    ["an address that is none", ["deploy", "front-desk.ts", "--url", "localhost"]],
  ])("ends with 2 for %s", async (_title, args) => {
    await writeFile(join(folder, "second.ts"), SOURCE);
    const ran = await run(args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).not.toBe("");
  });

  it("ends with 5 without a token, and with one that may not", async () => {
    const none = await run(["deploy", "front-desk.ts"], { token: null });
    expect(none.code).toBe(5);
    expect(none.stderr).toContain("STROWGER_TOKEN");
    const reader = await api.token("reader", "scripts:read");
    expect((await run(["deploy", "front-desk.ts", "--token", reader], { token: null })).code).toBe(5);
  });

  it("says how to start a switch that does not run", async () => {
    await api.close();
    const ran = await run(["deploy", "front-desk.ts"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe(`strowger: cannot reach ${api.url}: is the switch running? npm start\n`);
    api = await startFakeSwitch();
  });

  it("lists versions and goes back, and ends with 4 where there is nothing to go back to", async () => {
    await run(["deploy", "front-desk.ts"]);
    const nothing = await run(["rollback", "front-desk"]);
    expect(nothing.code).toBe(4);
    await run(["deploy", "front-desk.ts", "--message", "second"]);
    const listed = await run(["versions", "front-desk"]);
    const rows = listed.stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/).slice(0, 2));
    expect(rows).toEqual([
      ["VERSION", "LIVE"],
      ["2", "100 %"],
      ["1", "-"],
    ]);
    expect((await run(["rollback", "front-desk"])).stdout).toBe("front-desk: version 1 (100 %) is live.\n");
    const to = await run(["rollback", "front-desk", "2", "--message", "sorry", "--json"]);
    expect(JSON.parse(to.stdout)).toMatchObject({ versions: [{ version: 2, percent: 100 }], message: "sorry" });
  });

  it("releases for some of the calls, and takes an emergency as one", async () => {
    await run(["deploy", "front-desk.ts"]);
    const ran = await run(["deploy", "front-desk.ts", "--percent", "10", "--no-typecheck", "--no-auto-rollback"]);
    expect(ran.stdout).toBe("front-desk version 2 is live for 10 % of the calls; it handles invite.\n");
    expect(api.deployments.uploads.map(({ typecheck }) => typecheck)).toEqual(["error", "off"]);
    expect(api.deployments.live.get("front-desk")?.at(-1)).toMatchObject({
      autoRollback: false,
      versions: [
        { version: 2, percent: 10 },
        { version: 1, percent: 90 },
      ],
    });
    expect((await run(["deploy", "front-desk.ts", "--percent", "0"])).code).toBe(2);
    const history = await run(["deployments", "front-desk", "--limit", "1"]);
    expect(history.stdout).toMatch(
      /^ID +VERSIONS +REASON +AUTHOR +CREATED +MESSAGE\n2 +2 \(10 %\) 1 \(90 %\) +deploy +admin /,
    );
  });

  it("shows how versions do, and removes one", async () => {
    await run(["deploy", "front-desk.ts"]);
    await run(["deploy", "front-desk.ts"]);
    const listed = await run(["versions", "front-desk"]);
    expect(listed.stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 6).join(" "))).toEqual([
      "VERSION LIVE EVENTS FAULTS CALLS FAILED",
      "2 100 % - - - -",
      "1 - 2 1 0 0",
      "",
    ]);
    expect(JSON.parse((await run(["versions", "front-desk", "--json"])).stdout)).toMatchObject([
      { version: 2, percent: 100 },
      { version: 1, stats: { events: 2, faults: { threw: 1 } } },
    ]);
    const removed = await run(["versions", "front-desk", "--delete", "1"]);
    expect(removed.stdout).toBe("front-desk: version 1 is removed.\n");
    expect((await run(["versions", "front-desk", "--delete", "1"])).code).toBe(1);
  });

  it("lists who changed what", async () => {
    await run(["deploy", "front-desk.ts"]);
    const listed = await run(["audit"]);
    expect(listed.stdout).toMatch(/^AT +ACTOR +SOURCE +STATUS +ACTION +TARGET +RESULT\n/);
    expect(listed.stdout).toContain("PUT /v1/scripts/{name}");
    expect(JSON.parse((await run(["audit", "--json"])).stdout)).toMatchObject([
      { actor: "admin", status: 201, result: "/v1/scripts/front-desk/versions/1" },
    ]);
  });

  it("runs on the node that npm brought where the one that runs it is too old", async () => {
    const preload = join(folder, "old.cjs");
    const versions = 'Object.assign({}, process.versions, { node: "20.20.2" })';
    await writeFile(preload, `Object.defineProperty(process, "versions", { value: ${versions} });`);
    const ran = await run(["deploy", "nothing.ts"], { node: ["--require", preload] });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe("strowger: there is no file or folder nothing.ts\n");
  });
});
