import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checklist } from "../conformance/checklist.ts";
import type { Proof } from "../conformance/row.ts";
import { repoRoot } from "../helpers/repo-root.ts";

const PUBLISHED = join(repoRoot, "..", "shared", "corpus", "checklist.md");
/** Fewer characters could stand anywhere. */
const SHORTEST_TITLE = 12;

const sources = new Map<string, string>();

function sourceOf(file: string): string {
  const path = join(repoRoot, "test", file);
  const known = sources.get(file) ?? (existsSync(path) ? readFileSync(path, "utf8") : "");
  sources.set(file, known);
  return known;
}

/** Whether a title, or what a row of a table adds to one, begins with these words in the file. */
function hasTest({ file, titles }: Proof): boolean {
  return titles.every((title) => title.length >= SHORTEST_TITLE && /[A-Za-z ]/.test(title) && isWritten(file, title));
}

function isWritten(file: string, title: string): boolean {
  return ['"', "'", "`"].some((quote) => sourceOf(file).includes(`${quote}${title}`));
}

describe("The conformance table", () => {
  it("names tests that are there, by file and title, for every row that passes", () => {
    const stale = checklist.flatMap((row) =>
      row.status === "pass" ? row.proofs.filter((proof) => !hasTest(proof)).map((proof) => [row.id, proof]) : [],
    );
    expect(stale).toEqual([]);
  });

  it("gives a reason for every other row", () => {
    const silent = checklist.filter((row) => row.status !== "pass" && row.reason.length < 10);
    expect(silent).toEqual([]);
  });

  it("has each row once", () => {
    expect(new Set(checklist.map((row) => row.id)).size).toBe(checklist.length);
  });

  it.skipIf(!existsSync(PUBLISHED))("has a row for each published claim, and no other", () => {
    const ids = readFileSync(PUBLISHED, "utf8").matchAll(/^\| ([A-Z]+-\d+) \|/gm);
    expect(checklist.map(({ id }) => id).sort()).toEqual([...ids].map(([, id]) => id).sort());
  });

  it("says how far the switch is", () => {
    const count = (status: string) => checklist.filter((row) => row.status === status).length;
    const [passing, open, foreign] = ["pass", "not-yet", "not-applicable"].map(count);
    console.log(`conformance: ${passing} of ${checklist.length} rows pass, ${open} not yet, ${foreign} not applicable`);
    expect(passing).toBeGreaterThan(0);
  });
});
