import { describe, expect, it } from "vitest";
import { ScriptStatistics } from "../../../runtime/observe/version-stats.ts";
import type { Invocation } from "../../../runtime/port/sandbox.ts";

const MINUTE_MS = 60_000;
const ref = { script: "desk", version: 1 };

function invocation(over: Partial<Invocation> = {}): Invocation {
  return { ref, handler: "invite", callId: "a", outcome: "returned", wallMs: 1, cpuMs: 0, ...over };
}

describe("the statistics of a version", () => {
  it("count events, faults by reason, timeouts and calls", () => {
    const stats = new ScriptStatistics(() => 0);
    for (const outcome of ["returned", "threw", "timeout", "threw", "overloaded"] as const) {
      stats.invocation(invocation({ outcome }));
    }
    stats.badAnswer(ref, "invalid-decision");
    stats.callEnded(ref, false);
    stats.callEnded(ref, true);
    expect(stats.counts(ref)).toEqual({ events: 5, faults: 4, timeouts: 1, calls: 2, failedCalls: 1 });
    expect(stats.report("desk")).toMatchObject([
      { version: 1, events: 5, faults: { threw: 2, timeout: 1, overloaded: 1, "invalid-decision": 1 }, timeouts: 1 },
    ]);
    expect(stats.report("other")).toEqual([]);
    expect(stats.counts({ script: "desk", version: 2 }).events).toBe(0);
  });

  it("know the time of an event within five percent, and of the processor where it is told", () => {
    const stats = new ScriptStatistics(() => 0);
    for (let ms = 1; ms <= 100; ms++) stats.invocation(invocation({ wallMs: ms / 10 }));
    const [report] = stats.report("desk");
    expect(report?.cpuMs).toBeNull();
    for (const [share, ms] of [
      ["p50", 5],
      ["p95", 9.5],
      ["p99", 9.9],
    ] as const) {
      expect(Math.abs((report?.wallMs?.[share] ?? 0) / ms - 1)).toBeLessThan(0.06);
    }
    stats.invocation(invocation({ wallMs: 0, cpuMs: 100_000_000 }));
    expect(stats.report("desk")[0]?.cpuMs?.p99).toBeGreaterThan(50_000);
  });

  it("tell what was lately: of ten to twenty minutes", () => {
    let now = 0;
    const stats = new ScriptStatistics(() => now);
    stats.invocation(invocation());
    now = 9 * MINUTE_MS;
    stats.invocation(invocation());
    now = 19 * MINUTE_MS;
    expect(stats.recent(ref).events).toBe(2);
    stats.invocation(invocation());
    now = 29 * MINUTE_MS;
    expect(stats.recent(ref).events).toBe(1);
    now = 200 * MINUTE_MS;
    expect(stats.recent(ref).events).toBe(0);
    expect(stats.counts(ref).events).toBe(3);
  });

  it("are bounded: the oldest version, and the script that was quiet longest, are forgotten", () => {
    const stats = new ScriptStatistics(() => 0);
    for (let version = 1; version <= 100; version++) stats.invocation(invocation({ ref: { script: "desk", version } }));
    expect(stats.report("desk")).toHaveLength(32);
    expect(stats.report("desk")[0]?.version).toBe(100);
    for (let number = 0; number < 1000; number++) stats.callEnded({ script: `s${number}`, version: 1 }, false);
    expect(stats.report("desk")).toEqual([]);
    expect(stats.report("s999")).toHaveLength(1);
  });
});
