import { describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { KvSweep, SWEPT_AT_ONCE } from "../../../runtime/script-data/kv-sweep.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

/** A store with so many expired keys, which notes how many it was asked to remove at a time. */
class ExpiredKeys {
  readonly asked: number[] = [];
  left: number;
  fails = false;

  constructor(left: number) {
    this.left = left;
  }

  async sweep(_now: number, limit: number): Promise<number> {
    this.asked.push(limit);
    if (this.fails) throw new Error("the store is away");
    const removed = Math.min(limit, this.left);
    this.left -= removed;
    return removed;
  }
}

describe("The sweep of expired keys", () => {
  it("removes all of them, a bounded number at a time, at the start and from time to time", async () => {
    const clock = new VirtualClock();
    const keys = new ExpiredKeys(SWEPT_AT_ONCE * 2 + 10);
    const sweep = new KvSweep(keys, clock, silentLog);
    sweep.start();
    await expect.poll(() => clock.pending).toBe(1);
    expect(keys.asked).toEqual([SWEPT_AT_ONCE, SWEPT_AT_ONCE, SWEPT_AT_ONCE]);
    expect(keys.left).toBe(0);
    keys.left = 5;
    clock.advance(30_000);
    await expect.poll(() => keys.left).toBe(0);
    await sweep.stop();
  });

  it("goes on after the store was away, and says so", async () => {
    const clock = new VirtualClock();
    const keys = new ExpiredKeys(5);
    const warned: string[] = [];
    const sweep = new KvSweep(keys, clock, { ...silentLog, warn: (text) => void warned.push(text) });
    keys.fails = true;
    sweep.start();
    await expect.poll(() => clock.pending).toBe(1);
    expect(warned).toHaveLength(1);
    keys.fails = false;
    clock.advance(30_000);
    await expect.poll(() => keys.left).toBe(0);
    await sweep.stop();
    expect(clock.pending).toBe(0);
  });
});
