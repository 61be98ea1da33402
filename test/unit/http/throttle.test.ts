import { describe, expect, it } from "vitest";
import { FailureThrottle } from "../../../runtime/http/throttle.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

function fail(throttle: FailureThrottle, address: string, times: number): void {
  for (let time = 0; time < times; time++) throttle.fail(address);
}

describe("the throttle of wrong tokens", () => {
  it("lets an address fail twenty times in a row, then once every two seconds", () => {
    const clock = new VirtualClock();
    const throttle = new FailureThrottle(clock);
    fail(throttle, "192.0.2.1", 19);
    expect(throttle.waitSeconds("192.0.2.1")).toBe(0);
    throttle.fail("192.0.2.1");
    expect(throttle.waitSeconds("192.0.2.1")).toBe(2);
    clock.advance(1_000);
    expect(throttle.waitSeconds("192.0.2.1")).toBe(1);
    clock.advance(1_000);
    expect(throttle.waitSeconds("192.0.2.1")).toBe(0);
    throttle.fail("192.0.2.1");
    expect(throttle.waitSeconds("192.0.2.1")).toBe(2);
  });

  it("keeps addresses apart, but not those of one IPv6 network or one IPv4 address in two spellings", () => {
    const throttle = new FailureThrottle(new VirtualClock());
    fail(throttle, "2001:db8::1", 20);
    expect(throttle.waitSeconds("2001:db8::ffff:2")).toBe(2);
    expect(throttle.waitSeconds("2001:db8:0:1::1")).toBe(0);
    fail(throttle, "192.0.2.1", 20);
    expect(throttle.waitSeconds("::ffff:192.0.2.1")).toBe(2);
    expect(throttle.waitSeconds("192.0.2.2")).toBe(0);
  });

  it("remembers no more than ten thousand addresses, those that failed last", () => {
    const throttle = new FailureThrottle(new VirtualClock());
    fail(throttle, "192.0.2.1", 20);
    for (let a = 0; a < 100; a++) for (let b = 0; b < 100; b++) throttle.fail(`10.0.${a}.${b}`);
    expect(throttle.size).toBe(10_000);
    expect(throttle.waitSeconds("192.0.2.1")).toBe(0);
  });
});
