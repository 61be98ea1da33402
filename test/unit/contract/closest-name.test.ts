import { describe, expect, it } from "vitest";
import { closestName } from "../../../runtime/contract/closest-name.ts";

describe("the name that was probably meant", () => {
  it.each([
    ["ringSecond", "ringSeconds"],
    ["RINGSECONDS", "ringSeconds"],
    ["scirpt", "script"],
    ["maxSec", undefined],
    ["zzz", undefined],
    ["", undefined],
    ["x".repeat(1_000_000), undefined],
  ])("for %.12s is %s", (typed, meant) => {
    expect(closestName(typed, ["ringSeconds", "maxSeconds", "script"])).toBe(meant);
  });
});
