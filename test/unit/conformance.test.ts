import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checklist } from "../conformance/checklist.ts";
import { repoRoot } from "../helpers/repo-root.ts";

describe("The conformance table", () => {
  it("names a test file that exists for every row that passes", () => {
    const missing = checklist.filter((row) => row.status === "pass" && !existsSync(join(repoRoot, "test", row.test)));
    expect(missing).toEqual([]);
  });

  it("gives a reason for every other row", () => {
    const silent = checklist.filter((row) => row.status !== "pass" && row.reason.length < 10);
    expect(silent).toEqual([]);
  });

  it("has each row once", () => {
    expect(new Set(checklist.map((row) => row.id)).size).toBe(checklist.length);
  });

  it("says how far the switch is", () => {
    const count = (status: string) => checklist.filter((row) => row.status === status).length;
    const [passing, open, foreign] = ["pass", "not-yet", "not-applicable"].map(count);
    console.log(`conformance: ${passing} of ${checklist.length} rows pass, ${open} not yet, ${foreign} not applicable`);
    expect(passing).toBeGreaterThan(0);
  });
});
