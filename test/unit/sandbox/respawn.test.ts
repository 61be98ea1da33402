import { describe, expect, it } from "vitest";
import { Respawn } from "../../../runtime/sandbox/respawn.ts";

describe("the start of new hosts", () => {
  it("is immediate after a host is lost", () => {
    const respawn = new Respawn();
    respawn.lost(1000);
    expect(respawn.delay(1000)).toBe(0);
  });

  it("waits twice as long each time a host dies before it is ready, ten seconds at most", () => {
    const respawn = new Respawn();
    const delays = Array.from({ length: 9 }, () => {
      respawn.failed(0);
      return respawn.delay(0);
    });
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(respawn.failures).toBe(9);
    respawn.ready();
    expect([respawn.delay(0), respawn.failures]).toEqual([0, 0]);
  });

  it("waits once twenty were lost within ten seconds", () => {
    const respawn = new Respawn();
    for (let lost = 0; lost < 20; lost++) respawn.lost(lost * 100);
    expect(respawn.delay(2000)).toBe(8000);
    expect(respawn.delay(10_000)).toBe(0);
  });
});
