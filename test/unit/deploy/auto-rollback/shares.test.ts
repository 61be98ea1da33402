import { describe, expect, it } from "vitest";
import { newVersions, sharesWithout } from "../../../../runtime/deploy/auto-rollback/shares.ts";

const shares = (...pairs: readonly [number, number][]) => pairs.map(([version, percent]) => ({ version, percent }));

describe("what is new in a deployment", () => {
  it("is what gets more of the calls than before", () => {
    expect(newVersions(shares([2, 100]), shares([1, 100]))).toEqual([2]);
    expect(newVersions(shares([2, 50], [1, 50]), shares([2, 10], [1, 90]))).toEqual([2]);
    expect(newVersions(shares([1, 100]), shares([1, 100]))).toEqual([]);
  });
});

describe("a deployment without a version", () => {
  it("gives its calls to the others, in their proportions", () => {
    expect(sharesWithout(shares([2, 10], [1, 90]), new Set([2]))).toEqual(shares([1, 100]));
    expect(sharesWithout(shares([1, 30], [2, 40], [3, 30]), new Set([2]))).toEqual(shares([1, 50], [3, 50]));
    expect(sharesWithout(shares([1, 98], [2, 1], [3, 1]), new Set([3]))).toEqual(shares([1, 99], [2, 1]));
    expect(sharesWithout(shares([2, 100]), new Set([2]))).toEqual([]);
  });
});
