import { describe, expect, it } from "vitest";
import { Seldom } from "../../../runtime/base/seldom.ts";

describe("what is told seldom", () => {
  it("is told at once, and each time again when the while is over; other things are told meanwhile", () => {
    let now = 5;
    const seldom = new Seldom({ now: () => now }, 1000);
    expect([seldom.isDue("a"), seldom.isDue("a"), seldom.isDue("b")]).toEqual([true, false, true]);
    now += 999;
    expect(seldom.isDue("a")).toBe(false);
    now += 1;
    expect([seldom.isDue("a"), seldom.isDue("a")]).toEqual([true, false]);
  });

  it("takes a bounded amount of memory, whatever is told", () => {
    const seldom = new Seldom({ now: () => 0 }, 1000);
    expect(seldom.isDue("first")).toBe(true);
    for (let key = 0; key < 1000; key++) seldom.isDue(String(key));
    expect([seldom.isDue("999"), seldom.isDue("first")]).toEqual([false, true]);
  });
});
