import { describe, expect, it } from "vitest";
import { Budget } from "../../../runtime/fetch/budget.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const OF_ONE = { perSecond: 100_000, most: 200_000 };
const OF_ALL = { perSecond: 200_000, most: 400_000 };

describe("The budget of what scripts fetch", () => {
  it("is used up by bytes, and fills again over time, up to its limit", () => {
    const clock = new VirtualClock();
    const budget = new Budget(clock, OF_ONE, OF_ALL);
    budget.spend("a", 250_000);
    expect(budget.isOpen("a")).toBe(false);
    clock.advance(500);
    expect(budget.isOpen("a")).toBe(false);
    clock.advance(1);
    expect(budget.isOpen("a")).toBe(true);
    clock.advance(3_600_000);
    budget.spend("a", 200_000);
    expect(budget.isOpen("a")).toBe(false);
  });

  it("is used up by requests whose answers are empty, too", () => {
    const budget = new Budget(new VirtualClock(), OF_ONE, OF_ALL);
    let begun = 0;
    for (; budget.isOpen("a"); begun++) budget.begin("a");
    expect(begun).toBe(13);
  });

  it("is each script's own, within one of all together", () => {
    const clock = new VirtualClock();
    const budget = new Budget(clock, OF_ONE, OF_ALL);
    budget.spend("a", 200_000);
    expect([budget.isOpen("a"), budget.isOpen("b")]).toEqual([false, true]);
    budget.spend("b", 200_000);
    expect(budget.isOpen("c")).toBe(false);
    clock.advance(10);
    expect(budget.isOpen("c")).toBe(true);
  });

  it("forgets who has rested, and nobody who has not", () => {
    const clock = new VirtualClock();
    const budget = new Budget(clock, OF_ONE, { perSecond: 1, most: 1_000_000_000 });
    budget.spend("debtor", 10_000_000);
    for (let script = 0; script < 5000; script++) budget.isOpen(`s${script}`);
    clock.advance(20_000);
    expect([budget.isOpen("debtor"), budget.isOpen("s1")]).toEqual([false, true]);
  });
});
