import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoTime } from "../../../runtime/base/iso-time.ts";

describe("A time as ISO 8601", () => {
  it("is what Date writes, in whatever order times come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_102_444_800_000 }), { minLength: 1, maxLength: 5 }), (times) => {
        for (const time of times) expect(isoTime(time)).toBe(new Date(time).toISOString());
      }),
    );
  });

  it("changes within a second", () => {
    expect([1_000, 1_001, 1_999, 2_000].map(isoTime).map((text) => text.slice(17))).toEqual([
      "01.000Z",
      "01.001Z",
      "01.999Z",
      "02.000Z",
    ]);
  });
});
