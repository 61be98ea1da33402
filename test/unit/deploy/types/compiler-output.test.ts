import { describe, expect, it } from "vitest";
import { MAX_DIAGNOSTICS, parseOutput } from "../../../../runtime/deploy/types/compiler-output.ts";

const FILES = new Set(["main.ts", "lib/a.ts"]);
const parse = (output: string) => parseOutput(output, "work/1/", FILES);

describe("what the compiler prints", () => {
  it("becomes diagnostics with place and code", () => {
    expect(parse("work/1/lib/a.ts(3,5): error TS2345: Argument of type 'string'.\n")).toEqual([
      {
        file: "lib/a.ts",
        line: 3,
        column: 5,
        code: "TS2345",
        severity: "error",
        message: "Argument of type 'string'.",
      },
    ]);
  });

  it("keeps the last of the reasons, which names the field", () => {
    const output =
      "work/1/main.ts(1,1): error TS2322: Type 'A'.\n  Types of 'x'.\n    Type '1' is no text.\nwork/1/main.ts(2,1): error TS1: Next.\n";
    expect(parse(output).map(({ message }) => message)).toEqual(["Type 'A'. Type '1' is no text.", "Next."]);
  });

  it("says nothing of files that are not of the upload, nor of what has no file", () => {
    const output =
      "sdk/index.ts(1,1): error TS1: a\n/etc/passwd(1,1): error TS1: root:x\nerror TS5: b\nwork/1/b.js(1,1): error TS1: c\n";
    expect(parse(output)).toEqual([]);
  });

  it("takes a type that nobody has written for a warning", () => {
    expect(parse("work/1/main.ts(1,1): error TS7006: Parameter 'call' implicitly has an 'any' type.")).toMatchObject([
      { severity: "warning" },
    ]);
  });

  it("does not send the author of a script to the types of Node", () => {
    const [found] = parse(
      "work/1/main.ts(1,1): error TS2591: Cannot find name 'process'. Do you need to install type definitions for node? Try `npm i`.",
    );
    expect(found?.message).toMatch(/^Cannot find name 'process'\. A script has ECMAScript/);
  });

  it("is bounded", () => {
    const output = Array.from({ length: 500 }, (_, line) => `work/1/main.ts(${line + 1},1): error TS1: x`).join("\n");
    expect(parse(output)).toHaveLength(MAX_DIAGNOSTICS);
  });
});
