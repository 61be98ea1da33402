import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { TypeChecker } from "../../../runtime/deploy/types/type-checker.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const parent = mkdtempSync(join(tmpdir(), "strowger-types-test-"));
const folder = join(parent, "types");
const types = new TypeChecker(folder, new TimerWheel(), silentLog);

afterAll(async () => {
  await types.stop();
  rmSync(parent, { recursive: true });
});

const check = (text: string, more: Record<string, string> = {}) =>
  types.check({ entry: "main.ts", files: { "main.ts": text, ...more } });
const codes = async (text: string, more: Record<string, string> = {}) =>
  (await check(text, more)).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);

describe("the type check of an upload", () => {
  // The first one makes the folder.
  beforeAll(() => check("export {};"));

  it("knows the sdk, by line and column", async () => {
    const text = [
      'import { forward, reject, type Script } from "strowger";',
      "export default {",
      "  invite: (call) => forward(call.to.usr, { ringSecond: 20 }),",
      '  failed: () => reject("404"),',
      "} satisfies Script;",
    ].join("\n");
    expect(await codes(text)).toEqual(["main.ts:3:37 TS2551", "main.ts:3:44 TS2561", "main.ts:4:24 TS2345"]);
  });

  it("finds nothing in the scripts that ship", async () => {
    const scripts = readdirSync(join(repoRoot, "scripts")).filter((name) => /(?<!\.test)\.ts$/.test(name));
    const files = Object.fromEntries(
      scripts.map((name) => [name, readFileSync(join(repoRoot, "scripts", name), "utf8")]),
    );
    expect(await types.check({ entry: scripts[0] ?? "", files })).toEqual([]);
  });

  it("knows the globals that a script has, and no others", async () => {
    const text = [
      "export const all = [console.log, setTimeout(() => {}, 1), new TextEncoder().encode('a'), new TextDecoder()];",
      "export const id: string = crypto.randomUUID();",
      "export const none = process.env;",
      "export const page = document;",
    ].join("\n");
    expect(await codes(text)).toEqual(["main.ts:3:21 TS2591", "main.ts:4:21 TS2584"]);
  });

  it("reads JavaScript and does not check it", async () => {
    const more = {
      "lib/table.js": "export const ring = 20; nobody.knows(); /** @type {number} */ export const a = 'b';",
    };
    expect(await codes('import { ring } from "./lib/table.js";\nexport const text: string = ring;', more)).toEqual([
      "main.ts:2:14 TS2322",
    ]);
    expect(await types.check({ entry: "main.js", files: { "main.js": "nobody.knows();" } })).toEqual([]);
  });

  it("sees no file of this machine", async () => {
    const secret = join(parent, "secret.ts");
    const text = `import type { a } from ${JSON.stringify(secret)};\n/// <reference path="/etc/passwd" />\nexport const b: a = 1;`;
    const found = await check(text);
    expect(found.map(({ code }) => code)).toEqual(["TS2307"]);
  });

  it("leaves nothing of an upload, and nothing at all at the end", async () => {
    await check("export {};");
    expect(readdirSync(join(folder, "work"))).toEqual([]);
    await types.stop();
    expect(existsSync(folder)).toBe(false);
    expect(await codes("export const a: number = '1';")).toHaveLength(1);
  });
});
