import { describe, expect, it } from "vitest";
import { MAX_CATCH_UP, Pace, TICK_MS } from "../../../../../runtime/media/embedded/worker/pace.ts";

describe("the pace of a media worker", () => {
  it("does not drift, however late each tick comes", () => {
    const pace = new Pace(1000.7);
    const times: number[] = [];
    for (let nowMs = 1020; nowMs < 3000; nowMs += pace.waitMs(nowMs) + 7) {
      const { firstMs, count, skipped } = pace.due(nowMs);
      expect([count, skipped]).toEqual([1, 0]);
      times.push(firstMs);
    }
    expect(times).toEqual(times.map((_, index) => 1020 + index * TICK_MS));
  });

  it("has nothing to do before its time", () => {
    const pace = new Pace(1000);
    expect(pace.due(1019.9)).toMatchObject({ count: 0, skipped: 0 });
    expect(pace.waitMs(1019)).toBe(1);
    expect(pace.due(1020)).toEqual({ firstMs: 1020, count: 1, skipped: 0 });
  });

  it("makes up for a few ticks after a stall, and leaves out the rest", () => {
    const pace = new Pace(0);
    expect(pace.due(65)).toEqual({ firstMs: 20, count: 3, skipped: 0 });
    expect(pace.due(60 + 100 * TICK_MS)).toEqual({
      firstMs: 60 + (100 - MAX_CATCH_UP + 1) * TICK_MS,
      count: MAX_CATCH_UP,
      skipped: 100 - MAX_CATCH_UP,
    });
    expect(pace.due(60 + 101 * TICK_MS)).toEqual({ firstMs: 60 + 101 * TICK_MS, count: 1, skipped: 0 });
  });
});
