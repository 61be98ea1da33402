import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROMPT_NAMES } from "../../../../runtime/media/prompts/catalogue.ts";
import { repoRoot } from "../../../helpers/repo-root.ts";
import { type Pcm, readPcm } from "../../../helpers/wav.ts";
import { rms } from "../embedded/sounds.ts";

const MAX_TOTAL_BYTES = 2 * 1024 * 1024;
const PCMU = 7;

const folder = join(repoRoot, "runtime/media/prompts");
const english = join(folder, "en");

/** dBm0 of 16 bit samples: a sine that peaks 3.17 dB below the largest one has 0. */
function dbm0(level: number): number {
  return 20 * Math.log10(level / (32_768 / Math.SQRT2)) + 3.17;
}

/** All of them are PCMU at 8000 Hz, mono. */
function readPrompt(file: string): Pick<Pcm, "seconds"> & { readonly samples: Int16Array } {
  const { coding, rate, seconds, channels } = readPcm(readFileSync(file));
  const [samples] = channels;
  if (samples === undefined || channels.length !== 1) throw new Error(`${file} has ${channels.length} channels.`);
  expect({ coding, rate }).toEqual({ coding: PCMU, rate: 8_000 });
  return { seconds, samples };
}

describe("the files that come with the switch", () => {
  it("are one for each prompt of the catalogue, and no other", () => {
    expect(readdirSync(english).sort()).toEqual(PROMPT_NAMES.map((name) => `${name}.wav`).sort());
  });

  it.each(PROMPT_NAMES)("say %s in a sensible time, audibly and without clipping", (name) => {
    const { seconds, samples } = readPrompt(join(english, `${name}.wav`));
    expect(seconds).toBeGreaterThan(0.2);
    expect(seconds).toBeLessThan(12);
    expect(dbm0(rms(samples))).toBeGreaterThan(-22);
    expect(dbm0(rms(samples))).toBeLessThan(-14);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(30_000);
    // Neither end waits, nor clicks.
    expect(rms(samples.subarray(0, 2_000))).toBeGreaterThan(200);
    expect(Math.abs(samples[0] ?? 0)).toBeLessThan(300);
    expect(Math.abs(samples.at(-1) ?? 0)).toBeLessThan(300);
  });

  it("have music on hold at -20 dBm0", () => {
    const { seconds, samples } = readPrompt(join(folder, "moh.wav"));
    expect(seconds).toBe(20);
    expect(dbm0(rms(samples))).toBeCloseTo(-20, 0);
  });

  it("are small", () => {
    const files = [join(folder, "moh.wav"), ...readdirSync(english).map((file) => join(english, file))];
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(bytes).toBeLessThan(MAX_TOTAL_BYTES);
  });
});
