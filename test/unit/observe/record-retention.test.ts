import { describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { RecordRetention } from "../../../runtime/observe/record-retention.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const HOUR_MS = 3_600_000;

describe("Records of calls that are too old or too many", () => {
  it("are removed a few at a time, and looked for again each hour", async () => {
    const clock = new VirtualClock();
    const asked: unknown[] = [];
    const lines: unknown[] = [];
    let left = 2_500;
    const retention = new RecordRetention({
      store: {
        async trim(before, keep, most) {
          asked.push([before, keep, most]);
          const removed = Math.min(left, most);
          left -= removed;
          return removed;
        },
      },
      clock,
      log: { ...silentLog, info: (text, fields) => lines.push([text, fields]) },
      limits: () => ({ days: 10, rows: 5_000 }),
    });
    const pass = async (ms: number, stepMs: number) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await new Promise(setImmediate);
        clock.advance(stepMs);
      }
      await new Promise(setImmediate);
    };
    const begun = clock.now();
    retention.start();
    await pass(1_000, 100);
    const before = (ms: number) => new Date(ms - 10 * 24 * HOUR_MS).toISOString();
    expect(asked[0]).toEqual([before(begun), 5_000, 1_000]);
    expect(asked.length).toBe(4);
    expect(lines).toEqual([["Old records of calls were removed", { removed: 2_500 }]]);
    await pass(HOUR_MS, HOUR_MS);
    expect(asked.length).toBe(5);
    retention.stop();
    await pass(2 * HOUR_MS, HOUR_MS);
    expect(asked.length).toBe(5);
  });
});
