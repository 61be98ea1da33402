import { describe, expect, it } from "vitest";
import { bucketOf, checkShares, chooseShare, mainVersion } from "../../../runtime/deploy/split.ts";

describe("split of a deployment", () => {
  it("puts the same call into the same bucket each time", () => {
    expect(bucketOf("a84b4c76e66710")).toBe(bucketOf("a84b4c76e66710"));
  });

  it.each([
    ["counting Call-IDs", (n: number) => `call-${n}@192.0.2.1`],
    ["Call-IDs that differ in front", (n: number) => `${n}-0123456789abcdef@example.com`],
    ["long random ones", (n: number) => (n * 0x9e3779b1).toString(36).repeat(3)],
  ])("spreads %s evenly over the buckets", (_, callId) => {
    const counts = new Array<number>(100).fill(0);
    for (let n = 0; n < 20_000; n++) {
      const bucket = bucketOf(callId(n));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    // 200 are expected in each; five standard deviations are 70.
    expect(Math.min(...counts)).toBeGreaterThan(130);
    expect(Math.max(...counts)).toBeLessThan(270);
    expect(counts).toHaveLength(100);
  });

  it("gives each share as many buckets as it has percents", () => {
    const shares = [
      { version: 3, percent: 10 },
      { version: 2, percent: 89 },
      { version: 1, percent: 1 },
    ];
    const versions = Array.from({ length: 100 }, (_, bucket) => chooseShare(shares, bucket).version);
    expect(versions.filter((version) => version === 3)).toHaveLength(10);
    expect(versions.filter((version) => version === 2)).toHaveLength(89);
    expect(versions[99]).toBe(1);
  });

  it("names the version that most calls get, of equals the first", () => {
    expect(
      mainVersion([
        { version: 1, percent: 10 },
        { version: 2, percent: 90 },
      ]),
    ).toBe(2);
    expect(
      mainVersion([
        { version: 4, percent: 50 },
        { version: 2, percent: 50 },
      ]),
    ).toBe(4);
    expect(mainVersion([])).toBeUndefined();
  });

  it.each([
    [
      "that add up to less than 100",
      [
        [1, 50],
        [2, 49],
      ],
    ],
    [
      "that add up to more",
      [
        [1, 100],
        [2, 1],
      ],
    ],
    ["of nothing", []],
    [
      "with a part of a percent",
      [
        [1, 99.5],
        [2, 0.5],
      ],
    ],
    [
      "with a share of nothing",
      [
        [1, 100],
        [2, 0],
      ],
    ],
    [
      "below zero",
      [
        [1, 150],
        [2, -50],
      ],
    ],
    [
      "that name a version twice",
      [
        [1, 50],
        [1, 50],
      ],
    ],
  ])("refuses shares %s", (_, shares) => {
    const list = shares.map(([version = 0, percent = 0]) => ({ version, percent }));
    expect(() => checkShares(list)).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });
});
