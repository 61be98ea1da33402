import { describe, expect, it } from "vitest";
import { Retirement } from "../../../runtime/deploy/retirement.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

describe("retirement of versions", () => {
  it("unloads a version when no call can run on it any more, a day later", () => {
    const clock = new VirtualClock();
    const unloaded: string[] = [];
    const retirement = new Retirement(clock, (script, version) => unloaded.push(`${script} ${version}`));
    retirement.retire("desk", 1);
    clock.advance(1000);
    retirement.retire("desk", 2);
    clock.advance(DAY_MS - 1001);
    expect(unloaded).toEqual([]);
    clock.advance(1);
    expect(unloaded).toEqual(["desk 1"]);
    clock.advance(1000);
    expect(unloaded).toEqual(["desk 1", "desk 2"]);
    expect(clock.pending).toBe(0);
  });

  it("unloads the oldest at once where a hundred wait already", () => {
    const clock = new VirtualClock();
    const unloaded: number[] = [];
    const retirement = new Retirement(clock, (_, version) => unloaded.push(version));
    for (let version = 1; version <= 102; version++) retirement.retire("desk", version);
    expect(unloaded).toEqual([1, 2]);
    retirement.stop();
    expect(clock.pending).toBe(0);
  });
});
