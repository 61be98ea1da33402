import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { LiveMap } from "../../../runtime/base/live-map.ts";

setFlagsFromString("--expose-gc");
const scavenge: () => void = runInNewContext("() => gc({ type: 'minor' })");
setFlagsFromString("--no-expose-gc");

const MEBIBYTE = 2 ** 20;
const LIVE = 50;
const PASSING = 20_000;

describe("A map of what comes and goes", () => {
  it("gives what was set last, and nothing that was deleted", () => {
    const map = new LiveMap<string, number>();
    map.set("one", 1);
    map.set("two", 2);
    map.set("one", 3);
    expect([map.get("one"), map.get("two"), map.get("three")]).toEqual([3, 2, undefined]);
    expect(map.delete("one")).toBe(true);
    expect(map.delete("one")).toBe(false);
    expect([map.has("one"), map.has("two"), map.size]).toEqual([false, true, 1]);
    map.clear();
    expect([map.size, map.get("two")]).toEqual([0, undefined]);
  });

  it("keeps what stays, in its order, while many others pass", () => {
    const map = new LiveMap<string, number>();
    for (const name of ["c", "a", "b"]) map.set(name, map.size);
    for (let passing = 0; passing < 1_000; passing++) {
      map.set(`passing ${passing}`, passing);
      map.delete(`passing ${passing}`);
    }
    expect([...map.values()]).toEqual([0, 1, 2]);
    expect(map.size).toBe(3);
  });

  it("leaves out what is deleted while it is looked through, however many there are", () => {
    const map = new LiveMap<number, number>();
    for (let key = 0; key < 500; key++) map.set(key, key);
    const seen: number[] = [];
    for (const value of map.values()) {
      seen.push(value);
      if (value === 0) for (let key = 1; key < 499; key++) map.delete(key);
    }
    expect(seen).toEqual([0, 499]);
  });

  it("lets go of what has passed without a full collection", () => {
    const ofMap = keptBy(new Map());
    const ofLiveMap = keptBy(new LiveMap());
    expect(ofLiveMap).toBeLessThan(2 * MEBIBYTE);
    // Without this there would be no need for it.
    expect(ofMap).toBeGreaterThan(4 * ofLiveMap);
  });
});

/** Octets that are still there once much has passed through a map that has grown old. */
function keptBy(map: Pick<LiveMap<number, unknown>, "set" | "delete">): number {
  for (let key = 0; key < LIVE; key++) map.set(key, key);
  for (let times = 0; times < 3; times++) scavenge();
  const before = process.memoryUsage().heapUsed;
  for (let key = LIVE; key < PASSING; key++) {
    map.set(key, new Array(100).fill(key));
    map.delete(key - LIVE);
    if (key % 1_000 === 0) scavenge();
  }
  for (let times = 0; times < 3; times++) scavenge();
  return process.memoryUsage().heapUsed - before;
}
