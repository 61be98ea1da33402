import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FAULTS = 13;
const SHOWN = ["lost", "record", "stuck"];

const rows = readFileSync(join(import.meta.dirname, "README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number = "", fault = "", shows = "", title = "", file = ""]) => ({ number, fault, shows, title, file }));

describe("the index of faults", () => {
  it.each(Array.from({ length: FAULTS }, (_, index) => String(index + 1)))("has all three for fault %s", (number) => {
    const shown = rows.filter((row) => row.number === number).flatMap(({ shows }) => shows.split(", "));
    expect([...new Set(shown)].sort()).toEqual(SHOWN);
  });

  it.each(rows)("$number, $fault: $title", ({ title, file }) => {
    const path = join(import.meta.dirname, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(title);
  });
});
