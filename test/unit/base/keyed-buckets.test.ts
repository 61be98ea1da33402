import { describe, expect, it } from "vitest";
import { KeyedBuckets } from "../../../runtime/base/keyed-buckets.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const pace = { perSecond: 2, burst: 4 };

describe("A bucket for each key", () => {
  it("lets a burst through, then so many a second, and says how long to wait", () => {
    const clock = new VirtualClock();
    const buckets = new KeyedBuckets(clock);
    const waits = Array.from({ length: 5 }, () => buckets.take("a", pace));
    expect(waits).toEqual([0, 0, 0, 0, 500]);
    clock.advance(1_000);
    expect([1, 2, 3].map(() => buckets.take("a", pace))).toEqual([0, 0, 500]);
  });

  it("keeps those apart who ask", () => {
    const buckets = new KeyedBuckets(new VirtualClock());
    for (let count = 0; count < 4; count++) buckets.take("a", pace);
    expect(buckets.take("a", pace)).toBe(500);
    expect(buckets.take("b", pace)).toBe(0);
  });

  it("remembers ten thousand, those that asked last", () => {
    const buckets = new KeyedBuckets(new VirtualClock());
    for (let count = 0; count < 4; count++) buckets.take("first", pace);
    for (let count = 0; count < 10_000; count++) buckets.take(`key-${count}`, pace);
    expect(buckets.size).toBe(10_000);
    expect(buckets.take("first", pace)).toBe(0);
  });

  it("follows a pace that was changed, and gives no new burst for it", () => {
    const clock = new VirtualClock();
    const buckets = new KeyedBuckets(clock);
    for (let count = 0; count < 4; count++) buckets.take("a", pace);
    expect(buckets.take("a", { perSecond: 10, burst: 100 })).toBe(100);
    clock.advance(100);
    expect(buckets.take("a", { perSecond: 10, burst: 100 })).toBe(0);
  });
});
