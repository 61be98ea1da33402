import { describe, expect, it } from "vitest";
import { formatTable, printable } from "../../../runtime/cli/table.ts";

describe("tables for people", () => {
  it("have columns as wide as their widest cell, and no blanks at the end", () => {
    const rows = [
      ["alice", 100, null],
      ["bartholomew", 7, "yes"],
    ] as const;
    expect(formatTable(["NAME", "EXT", "ON"], rows)).toBe(
      ["NAME         EXT  ON", "alice        100  -", "bartholomew  7    yes"].join("\n"),
    );
  });

  it("show nothing that steers a terminal", () => {
    expect(printable("a\u001b[31mred\u001b[0m\u0007\u009b2Jb\rc\u001b]0;title\u0007d")).toBe("aredbcd");
    expect(formatTable(["A"], [["x\ny"]])).toBe("A\nx y");
  });
});
