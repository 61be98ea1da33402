import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Calendar } from "../../../../runtime/switch/policy/day.ts";
import { ScriptGate } from "../../../../runtime/switch/policy/script-gate.ts";

const MINUTE_MS = 60_000;

describe("The policy of a script whose calls have outlived the switch", () => {
  it("counts them among those that are up, and their time, but not once more among those of the day", () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1, 12));
    const calendar = new Calendar("UTC");
    const parts = {
      clock,
      calendar: () => calendar,
      countryOf: () => null,
      isUp: () => true,
      reached: () => {},
      changed: () => {},
    };
    const used = { day: "2026-01-01", calls: 3, talkMs: 5 * MINUTE_MS };
    const gate = new ScriptGate("main", parts, used);
    gate.apply({ maxConcurrentCalls: 2, dailyBudget: { minutes: 8 } }, []);
    gate.resume("talking", true);
    gate.resume("ringing", false);
    expect(gate.usage()).toMatchObject({ concurrentCalls: 2, calls: 3, minutes: 5 });
    expect(gate.refusal()?.limit).toBe("concurrent-calls");
    clock.advance(3 * MINUTE_MS);
    gate.leave("ringing");
    expect(gate.refusal()?.limit).toBe("daily-minutes");
    gate.leave("talking");
    expect(gate.usage()).toMatchObject({ concurrentCalls: 0, calls: 3, minutes: 8 });
  });
});
