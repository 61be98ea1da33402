import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../runtime/media/prompts/catalogue.ts";
import { digitPrompts, numberPrompts } from "../../../../runtime/media/prompts/number-words.ts";

function said(prompts: ReturnType<typeof numberPrompts>): string {
  return prompts.map((name) => CATALOGUE[name]).join(" ");
}

describe("a number in prompts", () => {
  it.each([
    [0, "zero"],
    [7, "seven"],
    [10, "ten"],
    [13, "thirteen"],
    [20, "twenty"],
    [21, "twenty one"],
    [99, "ninety nine"],
    [100, "one hundred"],
    [342, "three hundred forty two"],
    [900, "nine hundred"],
    [1_024, "one zero two four"],
    [3.9, "three"],
    [-5, "zero"],
    [Number.NaN, "zero"],
    [Number.POSITIVE_INFINITY, "zero"],
  ])("%d is said as %j", (number, words) => {
    expect(said(numberPrompts(number))).toBe(words);
  });

  it("has words for every number below a thousand", () => {
    const spoken = new Set(Array.from({ length: 1_000 }, (_, number) => said(numberPrompts(number))));
    expect(spoken.size).toBe(1_000);
  });

  it("of a telephone is read key by key, without what is no key, and not for ever", () => {
    expect(said(digitPrompts("+43 1-05*#"))).toBe("four three one zero five star pound");
    expect(digitPrompts("1".repeat(500))).toHaveLength(20);
    expect(digitPrompts("hundred")).toEqual([]);
  });
});
