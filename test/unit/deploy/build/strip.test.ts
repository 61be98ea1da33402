import { describe, expect, it } from "vitest";
import { stripTypes } from "../../../../runtime/deploy/build/strip.ts";

/** Line and column of the refusal. */
function place(source: string): string {
  const stripped = stripTypes("main.ts", source);
  return "problem" in stripped ? `${stripped.problem.line}:${stripped.problem.column}` : "accepted";
}

describe("stripping of types", () => {
  it("keeps every other character where it is", () => {
    const source =
      'import { a, type B } from "./b.ts";\nexport default { invite(call: B): B { return a as B; } } satisfies B;\n';
    const stripped = stripTypes("main.ts", source);
    const code = "code" in stripped ? stripped.code : "";
    expect(code).toHaveLength(source.length);
    expect(code.indexOf("return a")).toBe(source.indexOf("return a"));
    expect(code).not.toContain("satisfies");
  });

  it("leaves JavaScript alone", () => {
    expect(stripTypes("main.js", "let a: number")).toEqual({ code: "let a: number" });
  });

  it.each([
    ["enum A { x }", "1:1"],
    ["let a = 1;\n  enum A { x }\n", "2:3"],
    ["let a = 1;\r\n  enum A { x }\r\n", "2:3"],
    ["\tenum A { x }", "1:2"],
    ["let ab;\tenum A { x }", "1:9"],
    ["'日本'; enum A { x }", "1:7"],
    ["'😀'; enum A { x }", "1:7"],
    ["let a; export const enum A {\n  x,\n}", "1:15"],
    ["let a;\n  namespace N {\n  export const b = 1;\n}", "2:3"],
    ["class A {\n  constructor(private x: number) {}\n}", "2:23"],
    ["import a = require('x');", "1:1"],
    ["let a;\nexport = a;", "2:1"],
    ["let a = <string>b;", "1:9"],
    ["let x: = 1;", "1:8"],
    ["let x = (a: number => 2;", "1:24"],
    ["let a = 1;\nlet b = {\n  c: 1,\n", "3:8"],
    ["f(", "1:3"],
    ["let a = 1;\n/* never closed", "2:16"],
  ])("says where %j is wrong", (source, expected) => {
    expect(place(source)).toBe(expected);
  });

  it("tells what cannot be erased from what is not TypeScript", () => {
    expect(stripTypes("a.ts", "enum A {}")).toMatchObject({ problem: { file: "a.ts", code: "unsupported-syntax" } });
    expect(stripTypes("a.ts", "let = = 1")).toMatchObject({ problem: { file: "a.ts", code: "invalid-syntax" } });
  });
});
