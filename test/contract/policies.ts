/** What every store must do for policies of scripts: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { PolicyRow, UsageRow } from "../../runtime/port/policy.ts";
import type { Store } from "../../runtime/port/store.ts";

const desk: PolicyRow = {
  domain: "example.com",
  script: "desk",
  policy: {
    destinations: { countries: ["DE", "AT"], users: false },
    maxConcurrentCalls: 5,
    dailyBudget: { minutes: 90 },
  },
};
const used: UsageRow = { domain: "example.com", script: "desk", day: "2026-01-31", calls: 12, talkMs: 5_400_000 };

/** `current` gives the store of the test that runs. */
export function policyContract(current: () => Store): void {
  describe("policies", () => {
    it("are kept by domain and script, replaced and removed", async () => {
      const { policies } = current();
      await policies.put(desk);
      await policies.put({ ...desk, script: "night" });
      await policies.put({ ...desk, domain: "example.net" });
      await policies.put({ ...desk, policy: { maxSeconds: 60 } });
      await policies.remove("example.com", "night");
      await policies.remove("example.com", "nobody");
      expect(await policies.all()).toEqual([
        { ...desk, policy: { maxSeconds: 60 } },
        { ...desk, domain: "example.net" },
      ]);
    });

    it("have one row of what a script has used, that of its last day", async () => {
      const { policies } = current();
      await policies.putUsage([used, { ...used, script: "night", calls: 1 }]);
      await policies.putUsage([{ ...used, day: "2026-02-01", calls: 3, talkMs: 250 }]);
      await policies.putUsage([]);
      expect(await policies.usage()).toEqual([
        { ...used, day: "2026-02-01", calls: 3, talkMs: 250 },
        { ...used, script: "night", calls: 1 },
      ]);
    });
  });
}
