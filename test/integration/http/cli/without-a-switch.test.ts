import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Child } from "../../../helpers/child.ts";
import { repoRoot } from "../../../helpers/repo-root.ts";
import { type Ran, runStrowger } from "./run-strowger.ts";

const GOOD = `import { reject, type Script } from "strowger";
export default {
  invite(call) {
    console.log(call.to.user);
    return reject(404);
  },
} satisfies Script;
`;
const TEST = `import { reject } from "strowger";
import { expect, it } from "vitest";
import script from "./desk.ts";

it("refuses", () => {
  expect(reject(404).code).toBe(404);
  expect(Object.keys(script)).toEqual(["invite"]);
});
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "strowger-"));
  await writeFile(join(folder, "desk.ts"), GOOD);
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: readonly string[]): Promise<Ran> => runStrowger(args, { cwd: folder, token: null });

describe("strowger check", () => {
  it("finds nothing wrong with a good script", async () => {
    expect(await run("check", "desk.ts")).toEqual({
      code: 0,
      stdout: "desk.ts is fine; it handles invite.\n",
      stderr: "",
    });
  });

  it("points at wrong types and at what cannot run, and ends with 3", async () => {
    await writeFile(join(folder, "typed.ts"), GOOD.replace("404", '"404"'));
    await mkdir(join(folder, "hotel"));
    await writeFile(join(folder, "hotel/index.ts"), 'import "./rooms.ts";\nexport default {};\n');
    const ran = await run("check", "desk.ts", "typed.ts", "hotel");
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe("desk.ts is fine; it handles invite.\n");
    expect(ran.stderr).toContain(
      "typed.ts:5:19: Argument of type 'string' is not assignable to parameter of type 'number'.\n" +
        '  5 |     return reject("404");\n    |                   ^\n',
    );
    expect(ran.stderr).toContain("hotel/index.ts:1:8: ");
    expect(ran.stderr).toContain("cannot be deployed: typed.ts, hotel");
  });

  it("tells programs all of it as JSON", async () => {
    await writeFile(join(folder, "typed.ts"), GOOD.replace("404", '"404"'));
    const ran = await run("check", "--json", "desk.ts", "typed.ts");
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject([
      { path: "desk.ts", ok: true, handlers: ["invite"], diagnostics: [] },
      { path: "typed.ts", ok: false, diagnostics: [{ line: 5, column: 19, code: "TS2345", severity: "error" }] },
    ]);
  });
});

describe("strowger types", () => {
  it("lets the compiler of an editor, and vitest, know what a script imports", async () => {
    expect((await run("types")).code).toBe(0);
    const compiler = (file: string) =>
      new Child(process.execPath, [join(repoRoot, "node_modules/ts7/bin/tsc"), "-p", file], { cwd: folder }).exited;
    expect((await compiler(".")).code).toBe(0);
    await writeFile(join(folder, "desk.ts"), GOOD.replace("404", '"404"'));
    expect((await compiler(".")).code).not.toBe(0);
  });

  it("overwrites no file of ours, and says what it needs", async () => {
    const own = '{ "compilerOptions": {} }';
    await writeFile(join(folder, "tsconfig.json"), own);
    await writeFile(join(folder, "vite.config.ts"), "export default {};");
    const ran = await run("types", "--json");
    expect(JSON.parse(ran.stdout)).toEqual({
      written: [".strowger/.gitignore", ".strowger/tsconfig.json", ".strowger/vitest.config.mjs"],
      kept: ["tsconfig.json", "vite.config.ts"],
    });
    expect(await readFile(join(folder, "tsconfig.json"), "utf8")).toBe(own);
    expect((await run("types")).stdout).toContain('it needs "extends": "./.strowger/tsconfig.json"');
  });
});

describe("strowger test", () => {
  it("runs the tests of a folder, which import strowger, and ends with 1 where one fails", async () => {
    await writeFile(join(folder, "desk.test.ts"), TEST);
    const passed = await run("test", "--json");
    expect([passed.code, passed.stderr]).toEqual([0, ""]);
    expect(JSON.parse(passed.stdout)).toMatchObject({ success: true, numPassedTests: 1 });
    await writeFile(join(folder, "desk.test.ts"), TEST.replace("toBe(404)", "toBe(405)"));
    const failed = await run("test", "--json");
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ success: false, numFailedTests: 1 });
    expect((await run("test", "nowhere")).code).toBe(2);
  });
});
