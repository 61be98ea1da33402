import { describe, expect, it } from "vitest";
import { Quarantine } from "../../../runtime/sandbox/quarantine.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

const ref = { script: "a", version: 1 };
const MINUTE = 60_000;

describe("the quarantine of script versions", () => {
  it("begins with the third timeout within five minutes", () => {
    const clock = new VirtualClock();
    const quarantine = new Quarantine(clock);
    expect([quarantine.strike(ref, "timeout"), quarantine.strike(ref, "timeout")]).toEqual([false, false]);
    expect(quarantine.isQuarantined(ref)).toBe(false);
    expect(quarantine.strike(ref, "timeout")).toBe(true);
    expect(quarantine.isQuarantined(ref)).toBe(true);
    expect(quarantine.isQuarantined({ script: "a", version: 2 })).toBe(false);
  });

  it("counts too much memory like too much time", () => {
    const quarantine = new Quarantine(new VirtualClock());
    const strikes = [
      quarantine.strike(ref, "memory"),
      quarantine.strike(ref, "timeout"),
      quarantine.strike(ref, "memory"),
    ];
    expect(strikes).toEqual([false, false, true]);
  });

  it("forgets timeouts after five minutes", () => {
    const clock = new VirtualClock();
    const quarantine = new Quarantine(clock);
    quarantine.strike(ref, "timeout");
    quarantine.strike(ref, "timeout");
    clock.advance(5 * MINUTE);
    expect(quarantine.strike(ref, "timeout")).toBe(false);
  });

  it("begins with the first host lost, and ends after five minutes with a clean slate", () => {
    const clock = new VirtualClock();
    const quarantine = new Quarantine(clock);
    expect(quarantine.strike(ref, "host-lost")).toBe(true);
    clock.advance(5 * MINUTE - 1);
    expect(quarantine.isQuarantined(ref)).toBe(true);
    clock.advance(1);
    expect(quarantine.isQuarantined(ref)).toBe(false);
    expect(quarantine.strike(ref, "timeout")).toBe(false);
  });

  it("is not shortened by a strike while it lasts", () => {
    const clock = new VirtualClock();
    const quarantine = new Quarantine(clock);
    quarantine.strike(ref, "host-lost");
    quarantine.strike(ref, "timeout");
    expect(quarantine.isQuarantined(ref)).toBe(true);
  });

  it("keeps a bounded number of versions in mind", () => {
    const quarantine = new Quarantine(new VirtualClock());
    for (let version = 1; version <= 1001; version++) quarantine.strike({ script: "a", version }, "host-lost");
    expect(quarantine.isQuarantined(ref)).toBe(false);
    expect(quarantine.isQuarantined({ script: "a", version: 2 })).toBe(true);
  });
});
