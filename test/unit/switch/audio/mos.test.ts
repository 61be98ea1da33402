import { describe, expect, it } from "vitest";
import { estimatedMos, lossPercent, mosOf, type Reception, rating } from "../../../../runtime/switch/audio/mos.ts";

const heard = (changes: Partial<Reception> = {}): Reception => ({
  packetsReceived: 1000,
  packetsLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  ...changes,
});

const withLoss = (percent: number) => heard({ packetsReceived: 1000 - 10 * percent, packetsLost: 10 * percent });

describe("The score of a rating (ITU-T G.107 Annex B)", () => {
  it.each([
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
  ])("is that of its table: R = %i is %d", (r, mos) => {
    // The table rounds 4.024 up.
    expect(Math.abs(mosOf(r) - mos)).toBeLessThan(0.007);
  });

  it.each([
    [-40, 1],
    [0, 1],
    [3, 1],
    [100, 4.5],
    [129, 4.5],
  ])("ends at the ends of the scale: R = %i is %d", (r, mos) => {
    expect(mosOf(r)).toBe(mos);
  });
});

describe("The estimated score of what comes from a side", () => {
  it.each(["PCMU", "PCMA", "G722", "opus"] as const)("is 4.4 for %s without loss and delay", (codec) => {
    expect(rating(codec, 0, 0)).toBe(93.2);
    expect(estimatedMos(codec, heard())?.toFixed(1)).toBe("4.4");
  });

  it.each([
    [1, "4.3"],
    [3, "4.1"],
    [5, "3.9"],
    [10, "3.4"],
    [20, "2.6"],
  ])("falls with %i %% of loss at random to %s for G.711", (percent, mos) => {
    expect(estimatedMos("PCMA", withLoss(percent))?.toFixed(1)).toBe(mos);
  });

  it("loses half of what loss can cost at the robustness that G.113 gives for G.711", () => {
    expect(93.2 - rating("PCMU", 25.1, 0)).toBeCloseTo(95 / 2, 6);
  });

  it("falls faster for codecs that a loss puts out of step", () => {
    expect(estimatedMos("opus", withLoss(5))?.toFixed(1)).toBe("3.2");
    expect(estimatedMos("G722", withLoss(1))?.toFixed(1)).toBe("4.2");
  });

  it.each([
    [100, "4.4"],
    [150, "4.4"],
    [250, "4.2"],
    [400, "3.6"],
  ])("falls with a delay of %i ms one way to %s", (delayMs, mos) => {
    expect(mosOf(rating("PCMU", 0, delayMs)).toFixed(1)).toBe(mos);
  });

  it("counts half the round trip, and what a jitter buffer has to hold", () => {
    const far = estimatedMos("PCMU", heard({ roundTripMs: 760 }));
    expect(far).toBeCloseTo(mosOf(rating("PCMU", 0, 400)), 6);
    expect(estimatedMos("PCMU", heard({ roundTripMs: 600, jitterMs: 40 }))).toBeCloseTo(far ?? 0, 6);
  });

  it("is not there where nothing has come yet", () => {
    expect(estimatedMos("PCMU", heard({ packetsReceived: 0 }))).toBeNull();
    expect(lossPercent(heard({ packetsReceived: 0 }))).toBe(0);
    expect(lossPercent(heard({ packetsReceived: 98, packetsLost: 2 }))).toBe(2);
  });

  it("never leaves the scale, whatever has been counted", () => {
    for (const packetsLost of [0, 1, 1000, 2 ** 31]) {
      for (const roundTripMs of [null, 0, 100, 33_000_000]) {
        for (const jitterMs of [0, 5, 1_000_000]) {
          const mos = estimatedMos("opus", heard({ packetsLost, roundTripMs, jitterMs })) ?? Number.NaN;
          expect(mos).toBeGreaterThanOrEqual(1);
          expect(mos).toBeLessThanOrEqual(4.5);
        }
      }
    }
  });
});
