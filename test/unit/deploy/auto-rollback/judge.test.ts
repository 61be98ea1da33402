import { describe, expect, it } from "vitest";
import { judge } from "../../../../runtime/deploy/auto-rollback/judge.ts";
import type { VersionCounts } from "../../../../runtime/port/script-stats.ts";

const policy = { withinMs: 600_000, minSample: 20, marginPercent: 5 };
const counts = (over: Partial<VersionCounts>): VersionCounts => ({
  events: 0,
  faults: 0,
  timeouts: 0,
  calls: 0,
  failedCalls: 0,
  ...over,
});

function verdict(now: Partial<VersionCounts>, before: Partial<VersionCounts> = {}, isQuarantined = false) {
  return judge({ version: 2, counts: counts(now), isQuarantined }, { version: 1, counts: counts(before) }, policy);
}

describe("the judgement of a new version", () => {
  it.each([
    ["has faults where the old one had none", { events: 20, faults: 2 }, { events: 500 }],
    ["has faults and there is nothing to compare it with", { events: 20, faults: 2 }, {}],
    ["fails more often than the old one did", { events: 200, faults: 60 }, { events: 1000, faults: 100 }],
    ["times out", { events: 40, timeouts: 4 }, { events: 500 }],
    ["loses calls", { calls: 20, failedCalls: 3 }, { calls: 500, failedCalls: 5 }],
  ])("is to go back where it %s", (_, now, before) => {
    expect(verdict(now, before)).toMatch(/^version 2: .* version 1: /);
  });

  it.each([
    ["does well", { events: 1000, calls: 300 }, { events: 10 }],
    ["has done too little", { events: 19, faults: 19, calls: 19, failedCalls: 19 }, {}],
    ["lies within the margin", { events: 1000, faults: 49 }, { events: 1000 }],
    ["is as bad as the old one", { events: 100, faults: 52 }, { events: 1000, faults: 500 }],
    ["is worse by no more than chance", { events: 20, faults: 4 }, { events: 1000, faults: 100 }],
    ["is better", { events: 100, faults: 0 }, { events: 100, faults: 40 }],
  ])("is to stay where it %s", (_, now, before) => {
    expect(verdict(now, before)).toBeNull();
  });

  it("is to go back at once from a version in quarantine", () => {
    expect(verdict({}, {}, true)).toContain("quarantined");
  });

  it("tells the figures", () => {
    expect(verdict({ events: 40, faults: 10 }, { events: 200, faults: 1 })).toBe(
      "version 2: 10 of 40 events failed (25.0 %); version 1: 1 of 200 (0.5 %)",
    );
  });
});
