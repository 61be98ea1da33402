import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DeployError } from "../../../runtime/base/errors.ts";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { Builder } from "../../../runtime/deploy/builder.ts";
import { findWalls } from "../../../runtime/deploy/walls.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const GOOD = 'import { reject } from "strowger";\nexport default { invite: () => reject(404) };\n';
let builder: Builder;

function check(files: string | Record<string, string>) {
  return builder.check({ entry: "main.ts", files: typeof files === "string" ? { "main.ts": files } : files });
}

/** What the upload is refused with: `code file:line:column diagnostic-code`, one per problem. */
async function refusal(files: string | Record<string, string>): Promise<string[]> {
  const error = await check(files).then(
    () => expect.unreachable("the upload was not refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeployError)) throw error;
  return error.diagnostics.map((one) => `${error.code} ${one.file}:${one.line}:${one.column} ${one.code}`);
}

beforeAll(async () => {
  builder = new Builder(new TimerWheel(), await findWalls(silentLog));
});

describe("check of an upload", () => {
  it("gives the handlers, and the modules with the positions of the source", async () => {
    const source =
      'import { day, type Day } from "./lib/day.ts";\nexport default { invite: (call: Day) => day(call), bye() {} };\n';
    const files = {
      "main.ts": source,
      "lib/day.ts": "export interface Day {}\nexport function day(d: Day) { return []; }\n",
    };
    const { handlers, modules } = await check(files);
    expect(handlers).toEqual(["invite", "bye"]);
    expect(modules.map(({ path }) => path)).toEqual(["main.ts", "lib/day.ts"]);
    expect(modules[0]?.code).toHaveLength(source.length);
    expect(modules[0]?.code).not.toContain("Day }");
  });

  it.each(["default.ts", "front-desk.ts"])("accepts scripts/%s", async (name) => {
    const { handlers } = await check(readFileSync(join(repoRoot, "scripts", name), "utf8"));
    expect(handlers).toContain("invite");
  });

  it("lets a script have what the sandbox gives it while it loads", async () => {
    const uses = "console.log(new TextEncoder().encode('é').length, new Date(), Math.random(), crypto.randomUUID());";
    const checks = `if (new TextDecoder().decode(new TextEncoder().encode("é€😀")) !== "é€😀") throw new Error("text");`;
    const { handlers } = await check(`${uses}\n${checks}\nexport default { invite: () => [] };`);
    expect(handlers).toEqual(["invite"]);
  });

  it("accepts modules that import each other", async () => {
    const files = {
      "main.ts": 'import { b } from "./b.ts";\nexport const a = 1;\nexport default { invite: () => b() };',
      "b.ts": 'import { a } from "./main.ts";\nexport const b = () => [a];',
    };
    expect((await check(files)).handlers).toEqual(["invite"]);
  });

  it.each([
    ["syntax that is compiled to code", "let a = 1;\n  enum A { x }", "main.ts:2:3 unsupported-syntax"],
    ["what is not TypeScript", "let x: = 1;", "main.ts:1:8 invalid-syntax"],
    ["what only V8 finds", "let a = 1;\n  let a = 2;", "main.ts:2:7 invalid-syntax"],
    ["a decorator", "@dec class A {}\nexport default {}", "main.ts:1:1 invalid-syntax"],
    ["a module of node", 'import { x } from "strowger";\nimport fs from "node:fs";', "main.ts:2:16 import-refused"],
    ["a package", 'export * from "lodash";', "main.ts:1:15 import-refused"],
    ["a URL", 'import "https://example.com/a.js";', "main.ts:1:8 import-refused"],
    ["a file that is not there", 'import "./b.ts";', "main.ts:1:8 import-not-found"],
    ["import()", "export default {\n  invite: () => import('./b.ts'),\n};", "main.ts:2:17 dynamic-import"],
    [
      "await at the top level",
      "const a = async () => await 1;\nconst b = await a();\nawait b;",
      "main.ts:2:11 top-level-await",
    ],
    ["for await at the top level", "for await (const a of []) {}", "main.ts:1:5 top-level-await"],
    ["an export that is not there", 'import {\n  forward,\n  foo,\n} from "strowger";', "main.ts:3:3 export-missing"],
    ["what throws", "let a;\n  throw new TypeError('x');", "main.ts:2:9 load-error"],
    ["what throws no error", "throw 'x'", "main.ts:1:1 load-error"],
    ["a name that is not defined", "export default { invite: fowward };", "main.ts:1:26 load-error"],
    ["no default export", "export const invite = () => [];", "main.ts:1:1 no-default-export"],
    ["a default export without handlers", "\nexport default {};", "main.ts:2:1 no-handlers"],
    ["a default export that is no object", "\nexport default 7;", "main.ts:2:1 no-handlers"],
    ["handlers that are inherited", "class A { invite() {} }\nexport default new A();", "main.ts:2:1 no-handlers"],
    ["a name that is no event", "export default {\n  inivte() {},\n};", "main.ts:2:3 unknown-handler"],
    ["a handler that is no function", "export default {\n  bye: 7,\n};", "main.ts:2:3 handler-not-a-function"],
    [
      "a handler that is a getter",
      "export default { get bye() { for (;;); } };",
      "main.ts:1:22 handler-not-a-function",
    ],
    ["WebAssembly", "WebAssembly.Memory;\nexport default {}", "main.ts:1:1 load-error"],
    ["the process", "process.exit();", "main.ts:1:1 load-error"],
  ])("refuses %s, with its place", async (_, source, expected) => {
    expect(await refusal(source)).toEqual([`script-does-not-compile ${expected}`]);
  });

  it("lists the problems of all files", async () => {
    const files = { "main.ts": "enum A {}", "b.ts": "let = ;", "c.ts": "let c = 1;" };
    expect(await refusal(files)).toHaveLength(2);
    expect(await refusal({ "main.ts": 'import "a"; import "b";', "b.ts": "\nlet a; let a;" })).toEqual([
      "script-does-not-compile main.ts:1:8 import-refused",
      "script-does-not-compile main.ts:1:20 import-refused",
      "script-does-not-compile b.ts:2:12 invalid-syntax",
    ]);
  });

  it("names the file in which an imported module throws", async () => {
    const files = {
      "main.ts": 'import "./lib/b.ts";\nexport default {};',
      "lib/b.ts": "function f() {\n  null.x;\n}\nf();",
    };
    expect(await refusal(files)).toEqual(["script-does-not-compile lib/b.ts:2:8 load-error"]);
  });

  it("names the file and line of a loop at the top level", async () => {
    const files = { "main.ts": 'import "./b.ts";\nexport default { invite() {} };', "b.ts": "let a;\nfor (;;) {}" };
    const [problem] = await refusal(files);
    expect(problem).toMatch(/^validation-timeout b\.ts:2:\d+ load-timeout$/);
  });

  it("ends a proxy that loops while its handlers are read", async () => {
    const [problem] = await refusal("export default new Proxy({}, { ownKeys() { for (;;); } });");
    expect(problem).toMatch(/^validation-timeout main\.ts:1:\d+ load-timeout$/);
  });
});

describe("check of an upload that means harm", () => {
  // Where a bomb is slow to go off, the deadline is there before it.
  it.each([
    [
      "aborts the process",
      "'a'.repeat(4e8).split('');",
      /^validation-(crash|timeout) main\.ts:1:1 (build-crash|memory-limit|build-timeout)$/,
    ],
    [
      "fills the memory",
      "const a = [];\nfor (;;) a.push(new Array(1000).fill(1.5));",
      /^(validation-crash|validation-timeout|script-does-not-compile) main\.ts:/,
    ],
    ["wedges the thread", "(2n ** (1n << 29n)).toString();", /^validation-timeout main\.ts:1:1 build-timeout$/],
    [
      "throws what loops when it is read",
      "throw { get message() { for (;;); } };",
      /^validation-timeout main\.ts:1:1 build-timeout$|load-(error|timeout)$/,
    ],
  ])("refuses what %s, names the file, and takes the next upload", async (_, source, expected) => {
    const [problem] = await refusal({ "main.ts": `${source}\nexport default { invite() {} };` });
    expect(problem).toMatch(expected);
    expect((await check(GOOD)).handlers).toEqual(["invite"]);
  });

  it.each([
    ["brackets", "[".repeat(200_000), "main.ts:1:501 too-deep"],
    ["operators", `x = ${"!".repeat(200_000)}1`, "main.ts:1:505 too-deep"],
    ["arrows", "a=>".repeat(100_000), "main.ts:1:1 too-deep"],
    ["types", `let a: ${"A<".repeat(100_000)}`, "main.ts:1:1 too-deep"],
  ])("refuses nested %s, and takes the next upload", async (_, source, expected) => {
    expect(await refusal(source)).toEqual([`script-does-not-compile ${expected}`]);
    expect((await check(GOOD)).handlers).toEqual(["invite"]);
  });

  it("takes a megabyte of declarations", async () => {
    const { handlers } = await check(`${"let a; { let b = 1; }\n".slice(7).repeat(60_000)}${GOOD}`);
    expect(handlers).toEqual(["invite"]);
  });
});
