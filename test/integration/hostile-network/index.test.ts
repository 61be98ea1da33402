import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const THINGS = 16;

const rows = readFileSync(join(import.meta.dirname, "README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number = "", tried = "", title = "", file = ""]) => ({ number, tried, title, file }));

describe("the index of the hostile network", () => {
  it("has a test for each of the 16", () => {
    const numbers = [...new Set(rows.map((row) => Number(row.number)))];
    expect(numbers).toEqual(Array.from({ length: THINGS }, (_, index) => index + 1));
  });

  it.each(rows)("$number, $tried: $title", ({ title, file }) => {
    const path = join(import.meta.dirname, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(title);
  });
});
