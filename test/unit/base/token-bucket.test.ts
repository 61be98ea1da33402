import { describe, expect, it } from "vitest";
import { evenPace, TokenBucket } from "../../../runtime/base/token-bucket.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

function through(bucket: TokenBucket): number {
  let count = 0;
  while (bucket.take()) count++;
  return count;
}

describe("A bucket of an even pace", () => {
  it("lets so many through in a second, and saves up for no more than one", () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(evenPace(3), clock);
    expect(through(bucket)).toBe(3);
    clock.advance(400);
    expect(through(bucket)).toBe(1);
    clock.advance(60_000);
    expect(through(bucket)).toBe(3);
  });

  it("lets one through in so many seconds where the pace is below one", () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(evenPace(0.1), clock);
    expect(through(bucket)).toBe(1);
    expect(bucket.waitMs).toBe(10_000);
    clock.advance(9_900);
    expect(bucket.isFree).toBe(false);
    clock.advance(200);
    expect(bucket.isFree).toBe(true);
  });
});

describe("A bucket", () => {
  it("pays back what was spent beyond what it had", () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ perSecond: 1, burst: 2 }, clock);
    bucket.spend(5);
    clock.advance(3_000);
    expect(bucket.isFree).toBe(false);
    clock.advance(1_000);
    expect(bucket.isFree).toBe(true);
  });

  it("gives nothing and takes nothing where the clock is set back", () => {
    let now = 10_000;
    const bucket = new TokenBucket(evenPace(2), { now: () => now });
    bucket.spend();
    now = 0;
    expect(bucket.left).toBe(1);
    now = 500;
    expect(bucket.left).toBe(2);
  });
});
