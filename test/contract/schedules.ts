/** What every store must do for schedules: part of the contract of `store.ts`. */
import { describe, expect, it } from "vitest";
import type { Store } from "../../runtime/port/store.ts";

const open = { name: "open", cron: "0 8 * * 1-5", timeZone: "Europe/Berlin" };
const close = { name: "close", cron: "0 18 * * 1-5", timeZone: "Europe/Berlin" };

/** `current` gives the store of the test that runs. */
export function scheduleContract(current: () => Store): void {
  describe("schedules", () => {
    it("are replaced as a whole, script by script, and keep their order", async () => {
      const { schedules } = current();
      await schedules.replace("desk", [open, close], []);
      await schedules.replace("shop", [open], []);
      await schedules.replace("desk", [{ ...close, cron: "0 17 * * *" }, open], []);
      expect(await schedules.all()).toEqual([
        { script: "desk", ...close, cron: "0 17 * * *" },
        { script: "desk", ...open },
        { script: "shop", ...open },
      ]);
      await schedules.replace("desk", [], []);
      expect(await schedules.all()).toEqual([{ script: "shop", ...open }]);
    });

    it("have a mark that is moved, and removed", async () => {
      const { schedules } = current();
      const mark = { script: "desk", ...open, reachedAt: 1_790_000_000_000 };
      await schedules.replace("desk", [open], [mark]);
      await schedules.mark({ ...mark, reachedAt: 1_790_000_060_000 });
      await schedules.mark({ ...mark, script: "shop" });
      expect(await schedules.marks()).toEqual([
        { ...mark, reachedAt: 1_790_000_060_000 },
        { ...mark, script: "shop" },
      ]);
      await schedules.mark({ ...mark, cron: "* * * * *", reachedAt: 5 });
      await schedules.forget([{ script: "shop", name: "open" }]);
      expect(await schedules.marks()).toEqual([{ ...mark, cron: "* * * * *", reachedAt: 5 }]);
    });

    it("are as they were where one of them cannot be stored", async () => {
      const { schedules } = current();
      await schedules.replace("desk", [open], []);
      await expect(schedules.replace("desk", [close, close], [])).rejects.toThrow();
      expect(await schedules.all()).toEqual([{ script: "desk", ...open }]);
    });
  });
}
