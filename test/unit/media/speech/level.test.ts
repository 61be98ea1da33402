import { describe, expect, it } from "vitest";
import { activeRms, level } from "../../../../runtime/media/speech/flite/level.ts";

function tone(peak: number, count = 16_000): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => Math.round(peak * Math.sin(index / 4)));
}

/** RMS in dBm0: a sine that peaks 3.17 dB below the largest sample has 0 dBm0. */
function dbm0(rms: number): number {
  return 20 * Math.log10(rms / (32_768 / Math.SQRT2)) + 3.17;
}

describe("the level of speech", () => {
  it.each([1_500, 6_000, 30_000])("is -17 dBm0, whatever the voice's own was (%d)", (peak) => {
    const samples = tone(peak);
    level(samples);
    expect(dbm0(activeRms(samples))).toBeCloseTo(-17, 1);
  });

  it("does not count pauses", () => {
    const samples = new Int16Array(48_000);
    samples.set(tone(6_000), 16_000);
    level(samples);
    expect(dbm0(activeRms(samples.subarray(16_000, 32_000)))).toBeCloseTo(-17, 1);
  });

  it("never clips a peak to reach it", () => {
    const samples = tone(800);
    samples[8_000] = 20_000;
    level(samples);
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThanOrEqual(29_000);
  });

  it("leaves silence, and what is almost silence, as it is", () => {
    const silence = new Int16Array(1_600);
    level(silence);
    expect(silence.every((sample) => sample === 0)).toBe(true);
    const noise = tone(10);
    level(noise);
    expect(activeRms(noise)).toBeLessThan(50);
  });
});
