import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROMPT_NAMES } from "../../../../runtime/media/prompts/catalogue.ts";
import { repoRoot } from "../../../helpers/repo-root.ts";
import { readWav, rmsOf } from "../speech/wav-text.ts";

const MAX_TOTAL_BYTES = 2 * 1024 * 1024;
const PCMU = 7;

const folder = join(repoRoot, "runtime/media/prompts");
const english = join(folder, "en");

/** dBm0 of 16 bit samples: a sine that peaks 3.17 dB below the largest one has 0. */
function dbm0(rms: number): number {
  return 20 * Math.log10(rms / (32_768 / Math.SQRT2)) + 3.17;
}

describe("the files that come with the switch", () => {
  it("are one for each prompt of the catalogue, and no other", () => {
    expect(readdirSync(english).sort()).toEqual(PROMPT_NAMES.map((name) => `${name}.wav`).sort());
  });

  it.each(PROMPT_NAMES)("say %s in a sensible time, audibly and without clipping", (name) => {
    const { format, sampleRate, seconds, samples } = readWav(readFileSync(join(english, `${name}.wav`)));
    expect({ format, sampleRate }).toEqual({ format: PCMU, sampleRate: 8_000 });
    expect(seconds).toBeGreaterThan(0.2);
    expect(seconds).toBeLessThan(12);
    expect(dbm0(rmsOf(samples))).toBeGreaterThan(-22);
    expect(dbm0(rmsOf(samples))).toBeLessThan(-14);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(30_000);
    // Neither end waits, nor clicks.
    expect(rmsOf(samples.slice(0, 2_000))).toBeGreaterThan(200);
    expect(Math.abs(samples[0] ?? 0)).toBeLessThan(300);
    expect(Math.abs(samples.at(-1) ?? 0)).toBeLessThan(300);
  });

  it("have music on hold at -20 dBm0", () => {
    const { format, sampleRate, seconds, samples } = readWav(readFileSync(join(folder, "moh.wav")));
    expect({ format, sampleRate, seconds }).toEqual({ format: PCMU, sampleRate: 8_000, seconds: 20 });
    expect(dbm0(rmsOf(samples))).toBeCloseTo(-20, 0);
  });

  it("are small", () => {
    const files = [join(folder, "moh.wav"), ...readdirSync(english).map((file) => join(english, file))];
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(bytes).toBeLessThan(MAX_TOTAL_BYTES);
  });
});
