import { describe, expect, it } from "vitest";
import { composeMusic } from "../../../../runtime/media/prompts/music.ts";

describe("the music on hold", () => {
  const { samples, sampleRate } = composeMusic();
  const rms = (part: Int16Array) => Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);

  it("lasts long enough not to tire and short enough to ship", () => {
    expect(sampleRate).toBe(8_000);
    expect(samples.length / sampleRate).toBe(20);
  });

  it("has -20 dBm0, sounds all the time and does not clip", () => {
    expect(20 * Math.log10(rms(samples) / (32_768 / Math.SQRT2)) + 3.17).toBeCloseTo(-20, 1);
    for (let second = 0; second < 20; second++) {
      expect(rms(samples.subarray(second * sampleRate, (second + 1) * sampleRate))).toBeGreaterThan(500);
    }
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(16_000);
  });

  it("has no seam: the step from the end to the beginning is no larger than those within", () => {
    const step = (index: number) => Math.abs((samples[(index + 1) % samples.length] ?? 0) - (samples[index] ?? 0));
    const within = samples.reduce(
      (most, _, index) => (index + 1 < samples.length ? Math.max(most, step(index)) : most),
      0,
    );
    expect(step(samples.length - 1)).toBeLessThanOrEqual(within);
    // What sounds across the seam is as loud on both sides as the music is elsewhere: nothing fades out or begins anew.
    expect(rms(samples.subarray(-400))).toBeGreaterThan(300);
  });
});
