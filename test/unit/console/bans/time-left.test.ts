import { describe, expect, it } from "vitest";
import { leftText, secondsOf } from "../../../../runtime/console/pages/bans/time-left.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");

describe("What is left of a ban", () => {
  it.each([
    ["2026-11-27T14:05:10Z", "2 h 5 min"],
    ["2026-11-29T12:00:30Z", "2 d"],
    ["2026-11-27T12:01:01Z", "1 min 1 s"],
    ["2026-11-27T12:00:00.200Z", "1 s"],
    ["2026-11-27T11:00:00Z", "over"],
  ])("until %s is %s", (until, text) => {
    expect(leftText(until, NOW)).toBe(text);
  });

  it("has no end where somebody has to lift it", () => {
    expect(leftText(null, NOW)).toBe("until it is lifted");
    expect(secondsOf("")).toBe(null);
    expect(secondsOf("3600")).toBe(3600);
  });
});
