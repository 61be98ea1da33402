import { describe, expect, it } from "vitest";
import { ComfortNoise } from "../../../../../runtime/media/embedded/dsp/comfort-noise.ts";
import { noise, powerDb, toneDb } from "./signals.ts";

/** RFC 3389 counts from a square wave at the µ-law's full scale, just below ours. */
const OVERLOAD_DB = 20 * Math.log10((4 * 8031) / 32_768);

function heard(payload: readonly number[], samples = 16_000): Int16Array {
  const comfort = new ComfortNoise();
  comfort.update(Uint8Array.from(payload));
  const sound = new Int16Array(samples);
  comfort.fill(sound);
  return sound;
}

describe("comfort noise (RFC 3389)", () => {
  it.each([20, 40, 60, 70])("of %i dB below overload has this level", (level) => {
    expect(powerDb(heard([level]))).toBeCloseTo(OVERLOAD_DB - level, 0);
  });

  it("of the lowest level, and before any payload, is silence", () => {
    expect(heard([127]).every((sample) => sample === 0)).toBe(true);
    expect(heard([]).every((sample) => sample === 0)).toBe(true);
  });

  it("has the colour that reflection coefficients give it, at the same level", () => {
    // A first coefficient near -1 is a low-pass, near 1 a high-pass.
    const [low, high] = [heard([30, 20]), heard([30, 234])];
    const bands = (sound: Int16Array, from: number) => {
      const lines = Array.from({ length: 40 }, (_, i) => 10 ** (toneDb(sound, from + 20 * i, 8000) / 10));
      return 10 * Math.log10(lines.reduce((sum, power) => sum + power, 0));
    };
    expect(bands(low, 100) - bands(low, 3000)).toBeGreaterThan(10);
    expect(bands(high, 3000) - bands(high, 100)).toBeGreaterThan(10);
    for (const sound of [low, high]) expect(Math.abs(powerDb(sound) - (OVERLOAD_DB - 30))).toBeLessThan(1);
  });

  it("stays bounded with any payload", () => {
    for (let seed = 1; seed < 50; seed++) {
      const payload = [...noise(1 + (seed % 40), 127, seed)].map((value) => value & 255);
      const sound = heard([50, ...payload], 8000);
      expect(powerDb(sound.subarray(4000))).toBeLessThan(OVERLOAD_DB - 50 + 6);
    }
  });

  it("does not repeat itself", () => {
    const sound = heard([40], 32_000);
    expect(sound.subarray(0, 200)).not.toEqual(sound.subarray(16_000, 16_200));
  });
});
