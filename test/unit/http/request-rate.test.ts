import { describe, expect, it } from "vitest";
import { RequestRate } from "../../../runtime/http/request-rate.ts";
import { FakeClock } from "../../helpers/fake-clock.ts";

const rate = { perSecond: 2, burst: 4 };

describe("the rate of requests", () => {
  it("lets a burst through, then so many a second", () => {
    const clock = new FakeClock();
    const requests = new RequestRate(clock);
    const waits = Array.from({ length: 5 }, () => requests.take("a", rate));
    expect(waits).toEqual([0, 0, 0, 0, 1]);
    clock.advance(1_000);
    expect([1, 2, 3].map(() => requests.take("a", rate))).toEqual([0, 0, 1]);
  });

  it("keeps those apart who ask", () => {
    const requests = new RequestRate(new FakeClock());
    for (let count = 0; count < 4; count++) requests.take("a", rate);
    expect(requests.take("a", rate)).toBe(1);
    expect(requests.take("b", rate)).toBe(0);
  });

  it("remembers ten thousand, those that asked last", () => {
    const requests = new RequestRate(new FakeClock());
    for (let count = 0; count < 4; count++) requests.take("first", rate);
    for (let count = 0; count < 10_000; count++) requests.take(`key-${count}`, rate);
    expect(requests.size).toBe(10_000);
    expect(requests.take("first", rate)).toBe(0);
  });
});
