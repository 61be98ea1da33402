/** What every store must do for the guard: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { AllowedRow, BanRow } from "../../runtime/port/guard.ts";
import type { Store } from "../../runtime/port/store.ts";

const ban: BanRow = {
  kind: "ban",
  source: "203.0.113.9",
  reason: "It guessed passwords",
  since: 1_767_225_600_000,
  until: 1_767_226_200_000,
  by: "switch",
  offences: 1,
};
const allowed: AllowedRow = {
  kind: "allow",
  source: "198.51.100.0/24",
  reason: "the office",
  since: 1_767_225_600_001,
  until: null,
  by: "admin",
  offences: 0,
};

/** `current` gives the store of the test that runs. */
export function guardContract(current: () => Store): void {
  describe("sources of the guard", () => {
    it("are kept by kind, replaced and removed, many at once", async () => {
      const { guard } = current();
      await guard.put([ban, allowed, { ...ban, source: "2001:db8:0:0::/64" }]);
      await guard.put([{ ...allowed, kind: "ban", offences: 7, until: null }]);
      await guard.put([{ ...ban, offences: 2, until: null }]);
      await guard.remove("ban", ["2001:db8:0:0::/64", "192.0.2.1"]);
      await guard.put([]);
      expect(await guard.all()).toEqual([
        { ...ban, offences: 2, until: null },
        allowed,
        { ...allowed, kind: "ban", offences: 7, until: null },
      ]);
    });
  });
}
