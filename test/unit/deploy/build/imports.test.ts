// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are source texts.
import { describe, expect, it } from "vitest";
import { checkImports, findDynamicImports, findImports } from "../../../../runtime/deploy/build/imports.ts";
import { tokenize } from "../../../../runtime/deploy/build/tokens.ts";

function imports(source: string) {
  return findImports(tokenize(source, 100).list).map(({ specifier, names }) => [
    specifier,
    ...names.map(({ text }) => text),
  ]);
}

function problems(source: string, file = "main.ts", files = ["main.ts", "lib/table.ts", "lib/day.ts"]) {
  const found = findImports(tokenize(source, 100).list);
  const specifiers = found.map(({ specifier }) => specifier);
  return checkImports(file, source, specifiers, found, new Set(files)).map(
    (one) => `${one.line}:${one.column} ${one.code}`,
  );
}

describe("imports of a module", () => {
  it.each([
    ['import "a"', [["a"]]],
    ["import a from 'a'", [["a"]]],
    ["import * as a from 'a'", [["a"]]],
    ["import a, { b as c, d } from 'a'", [["a", "b", "d"]]],
    ["import {\n  a,\n  default as b,\n} from 'a'\nlet c = 'x'", [["a", "a", "default"]]],
    ["export * from 'a'", [["a"]]],
    ["export * as b from 'a'", [["a"]]],
    ["export { b, c as d } from 'a'", [["a", "b", "c"]]],
    ["import a from 'a' with { type: 'json' }", [["a"]]],
    ["export { b };\nlet c = 'x'", []],
    ["export { b }\nconst c = 'x'", []],
    ["export default 'x'", []],
    ["export const a = 'x'", []],
    ["let a = import.meta; x.import('y')", []],
    ["// import 'a'\n'import \"b\"'; `import 'c'`; /import 'd'/", []],
  ])("are found in %j", (source, expected) => {
    expect(imports(source)).toEqual(expected);
  });

  it("are files of the upload or the SDK, nothing else", () => {
    expect(problems('import { a } from "./lib/table.ts";\nimport "strowger";')).toEqual([]);
    expect(problems('import a from "./day.ts"', "lib/table.ts")).toEqual([]);
    expect(problems('import a from "../main.ts"', "lib/table.ts")).toEqual([]);
  });

  it.each([
    "node:fs",
    "fs",
    "lodash",
    "strowger/testing",
    "/etc/passwd",
    "file:///etc/passwd",
    "https://example.com/x.js",
    "data:text/javascript,1",
    "",
    ".",
    "..",
    ".hidden",
  ])("of %j are refused, with their place", (specifier) => {
    expect(problems(`let a;\nimport b from ${JSON.stringify(specifier)}`)).toEqual(["2:15 import-refused"]);
  });

  it.each(["./lib/tabel.ts", "./lib/table", "./lib/table.js", "../main.ts", "./lib/../../../etc/passwd", "./"])(
    "of %j lead nowhere",
    (specifier) => {
      expect(problems(`import b from ${JSON.stringify(specifier)}`)).toEqual(["1:15 import-not-found"]);
    },
  );

  it("name the file that was probably meant", () => {
    const source = 'import b from "./table"';
    const found = findImports(tokenize(source, 9).list);
    const [problem] = checkImports("lib/day.ts", source, ["./table"], found, new Set(["lib/day.ts", "lib/table.ts"]));
    expect(problem?.message).toContain('did you mean "./table.ts"?');
  });

  it("are refused also where only V8 has found them", () => {
    expect(checkImports("main.ts", "", ["node:fs"], [], new Set())).toMatchObject([{ line: 1, column: 1 }]);
  });

  it("at run time are found wherever they are called", () => {
    const dynamic = (source: string) => findDynamicImports(tokenize(source, 100).list).map(({ start }) => start);
    expect(dynamic("let a = () => import('b');")).toEqual([14]);
    expect(dynamic("`${import('b')}`")).toEqual([3]);
    expect(dynamic("a.import('b'); import.meta; ({ import(x) { return x; } })")).toEqual([]);
  });
});
