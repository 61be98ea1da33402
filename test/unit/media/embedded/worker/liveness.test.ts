import { describe, expect, it } from "vitest";
import { Liveness, LOST_AFTER_MS } from "../../../../../runtime/media/embedded/worker/liveness.ts";

/** Looks each 20 ms, from one time to another; gives what was told. */
function watch(liveness: Liveness, fromMs: number, toMs: number, isExpected = true): unknown[] {
  const told: unknown[] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 20) {
    const change = liveness.check(nowMs, isExpected);
    if (change !== null) told.push(change);
  }
  return told;
}

describe("whether the other side is there", () => {
  it("is told once when nothing comes, and once when something does", () => {
    const liveness = new Liveness();
    expect(watch(liveness, 0, 60_000)).toEqual([{ type: "lost", silentMs: LOST_AFTER_MS }]);
    expect(liveness.arrived(60_010)).toEqual({ type: "resumed" });
    expect(liveness.arrived(60_030)).toBeNull();
    expect(watch(liveness, 60_040, 90_000)).toHaveLength(1);
  });

  it("is no question while it need not send, and the time begins anew afterwards", () => {
    const liveness = new Liveness();
    expect(watch(liveness, 0, 30_000, false)).toEqual([]);
    expect(watch(liveness, 30_020, 39_980)).toEqual([]);
    expect(watch(liveness, 40_000, 41_000)).toHaveLength(1);
  });

  it("knows how long nothing has come, audio or reports, and that it is not silent while it need not send", () => {
    const liveness = new Liveness();
    watch(liveness, 0, 5_000, false);
    expect(liveness.silentMs(5_000)).toBe(0);
    watch(liveness, 5_020, 60_000);
    expect(liveness.silentMs(60_000)).toBe(55_000);
    liveness.reported(40_000);
    expect(liveness.silentMs(60_000)).toBe(20_000);
    liveness.arrived(59_000);
    expect(liveness.silentMs(60_000)).toBe(1_000);
  });
});
