import { describe, expect, it } from "vitest";
import { formatDiagnostics } from "../../../runtime/cli/diagnostics.ts";

const at = (line: number, column: number, severity: "error" | "warning" = "error") => ({
  file: "lib/a.ts",
  line,
  column,
  code: "x",
  severity,
  message: "no such name",
});

describe("diagnostics for people", () => {
  const sources = { "lib/a.ts": "first\r\n\t\treturn nothing;\n" };

  it("show the place, the line and a caret below it, under tabs as they stand", () => {
    expect(formatDiagnostics([at(2, 10)], sources, (path) => `src/${path}`)).toBe(
      "src/lib/a.ts:2:10: no such name\n  2 | \t\treturn nothing;\n    | \t\t       ^",
    );
  });

  it("show the place alone where the line is not known or too long", () => {
    const long = { "lib/a.ts": "x".repeat(1000) };
    expect(formatDiagnostics([at(7, 1)], sources)).toBe("lib/a.ts:7:1: no such name");
    expect(formatDiagnostics([at(1, 900)], long)).toBe("lib/a.ts:1:900: no such name");
  });

  it("tell warnings from errors", () => {
    expect(formatDiagnostics([at(9, 1, "warning")], {})).toBe("lib/a.ts:9:1: warning: no such name");
  });
});
