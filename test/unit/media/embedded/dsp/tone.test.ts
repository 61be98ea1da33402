import { describe, expect, it } from "vitest";
import { countryTone } from "../../../../../runtime/media/embedded/dsp/country-tones.ts";
import { dtmfPattern } from "../../../../../runtime/media/embedded/dsp/dtmf-tone.ts";
import { toDbm0 } from "../../../../../runtime/media/embedded/dsp/level.ts";
import { ToneGenerator } from "../../../../../runtime/media/embedded/dsp/tone.ts";
import { once, repeated, stretch, type TonePattern } from "../../../../../runtime/media/embedded/dsp/tone-pattern.ts";
import type { ToneName } from "../../../../../runtime/port/media.ts";
import { concat, rmsOf, toneDb } from "./signals.ts";

const NAMES: readonly ToneName[] = ["ringback", "busy", "congestion", "dial"];
const COUNTRIES = "itu us ca uk de at ch fr be it es pt nl se pl jp au nz".split(" ");

/** What is heard in so many milliseconds, made in packets of 20 ms. */
function heard(pattern: TonePattern, ms: number, rate = 8000): Int16Array {
  const generator = new ToneGenerator(pattern, rate);
  const packets = Array.from({ length: ms / 20 }, () => {
    const packet = new Int16Array(rate / 50);
    generator.fill(packet);
    return packet;
  });
  return concat(...packets);
}

/** Lengths of sound and of silence by turns, in ms, to 5 ms. */
function cadenceOf(sound: Int16Array, rate = 8000): number[] {
  const step = rate / 200;
  const times: number[] = [];
  let wasLoud: boolean | null = null;
  for (let at = 0; at < sound.length; at += step) {
    const isLoud = rmsOf(sound.subarray(at, at + step)) > 50;
    if (isLoud === wasLoud) times.push((times.pop() ?? 0) + 5);
    else times.push(5);
    wasLoud = isLoud;
  }
  return times;
}

/** The frequencies from 10 to 1600 Hz that stand out in a sound of 0.1 s. */
function frequenciesOf(sound: Int16Array): number[] {
  const all = Array.from({ length: 160 }, (_, i) => 10 * (i + 1));
  return all.filter((hz) => toneDb(sound, hz, 8000) > -35);
}

describe("the tones of a country (ITU-T E.180)", () => {
  it.each([
    { country: "us", tone: "ringback", frequencies: [440, 480], cadence: [2000, 4000] },
    { country: "us", tone: "busy", frequencies: [480, 620], cadence: [500, 500, 500] },
    { country: "us", tone: "congestion", frequencies: [480, 620], cadence: [250, 250, 250] },
    { country: "us", tone: "dial", frequencies: [350, 440], cadence: [] },
    { country: "uk", tone: "ringback", frequencies: [400, 450], cadence: [400, 200, 400, 2000, 400] },
    { country: "uk", tone: "busy", frequencies: [400], cadence: [375, 375, 375] },
    { country: "fr", tone: "ringback", frequencies: [440], cadence: [1500, 3500, 1500] },
    { country: "fr", tone: "dial", frequencies: [440], cadence: [] },
    { country: "jp", tone: "busy", frequencies: [400], cadence: [500, 500, 500] },
  ] as const)(
    "$country $tone sounds at $frequencies Hz in the cadence $cadence",
    ({ country, tone, frequencies, cadence }) => {
      const sound = heard(countryTone(tone, country), 7000);
      expect(frequenciesOf(sound.subarray(200, 1000))).toEqual(frequencies);
      const times = cadenceOf(sound);
      for (const [i, ms] of cadence.entries()) expect(Math.abs((times[i] ?? 0) - ms)).toBeLessThanOrEqual(5);
      if (cadence.length === 0) expect(times).toEqual([7000]);
    },
  );

  it.each([
    ["de", [1000, 4000, 1000], [480, 480, 480]],
    ["it", [1000, 4000, 1000], [500, 500, 500]],
    ["es", [1500, 3000, 1500], [200, 200, 200]],
    ["nl", [1000, 4000, 1000], [500, 500, 500]],
  ] as const)("%s rings in the cadence %s and is busy in %s, at 425 Hz", (country, ringback, busy) => {
    const [ringing, engaged] = [
      heard(countryTone("ringback", country), 6500),
      heard(countryTone("busy", country), 2000),
    ];
    expect(toneDb(ringing.subarray(800, 2400), 425, 8000)).toBeGreaterThan(-20);
    for (const [i, ms] of ringback.entries())
      expect(Math.abs((cadenceOf(ringing)[i] ?? 0) - ms)).toBeLessThanOrEqual(5);
    for (const [i, ms] of busy.entries()) expect(Math.abs((cadenceOf(engaged)[i] ?? 0) - ms)).toBeLessThanOrEqual(5);
  });

  it("swings in Japan while it rings, and is weaker at every other pulse in Australia while nothing goes", () => {
    const ringing = heard(countryTone("ringback", "jp"), 1000).subarray(1000, 7000);
    const levels = Array.from({ length: 60 }, (_, i) => toDbm0(rmsOf(ringing.subarray(100 * i, 100 * i + 100))));
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(10);
    const congested = heard(countryTone("congestion", "au"), 2000);
    const [first, second] = [congested.subarray(800, 2400), congested.subarray(6800, 8400)];
    expect(toDbm0(rmsOf(first)) - toDbm0(rmsOf(second))).toBeCloseTo(10, 0);
  });

  it.each(COUNTRIES)("are all there for %s, between -15 and -5 dBm0 where they sound", (country) => {
    for (const tone of NAMES) {
      const sound = heard(countryTone(tone, country), 2000);
      const levels = Array.from({ length: 20 }, (_, i) => toDbm0(rmsOf(sound.subarray(800 * i, 800 * i + 800))));
      const loudest = Math.max(...levels);
      expect(loudest).toBeGreaterThan(-15);
      expect(loudest).toBeLessThan(-5);
    }
  });

  it("are those that E.180 recommends where the country is unknown", () => {
    expect(countryTone("busy", "atlantis")).toEqual(countryTone("busy"));
    expect(countryTone("dial", "constructor")).toEqual(countryTone("dial", "itu"));
  });

  it("have a beep that ends", () => {
    const generator = new ToneGenerator(countryTone("beep", "us"), 8000);
    const counts = Array.from({ length: 15 }, () => generator.fill(new Int16Array(160)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2000);
    expect(counts.at(-1)).toBe(0);
  });
});

describe("a tone", () => {
  it("goes on across packets of any length without a step", () => {
    const pattern = countryTone("dial", "us");
    const whole = new Int16Array(4000);
    new ToneGenerator(pattern, 8000).fill(whole);
    const generator = new ToneGenerator(pattern, 8000);
    const parts = [1, 7, 160, 333, 1499, 2000].map((length) => {
      const part = new Int16Array(length);
      generator.fill(part);
      return part;
    });
    expect(concat(...parts)).toEqual(whole);
  });

  it("swells and fades, so that it does not click", () => {
    const sound = heard(countryTone("busy", "de"), 2000);
    const steps = sound.map((sample, i) => Math.abs(sample - (sound[i - 1] ?? 0)));
    // The steepest part of a sine of 425 Hz at -13 dBm0.
    expect(Math.max(...steps)).toBeLessThan(1800);
    expect(Math.abs(sound[0] ?? 0)).toBeLessThan(10);
    expect(Math.abs(heard(countryTone("dial", "de"), 20)[3] ?? 0)).toBeLessThan(600);
  });

  it.each([8000, 16_000, 48_000])("has the same pitch and level at %i Hz", (rate) => {
    const sound = heard(once(stretch(null, -13, 1000)), 200, rate).subarray(rate / 10);
    expect(toneDb(sound, 1000, rate)).toBeCloseTo(-13 - 3.14 - 3.01, 1);
  });

  it("that has nothing in it ends at once, even if it is repeated", () => {
    for (const pattern of [once(), repeated(), repeated(stretch(0, -13, 400))]) {
      const packet = new Int16Array(160).fill(99);
      expect(new ToneGenerator(pattern, 8000).fill(packet)).toBe(0);
      expect(packet).toEqual(new Int16Array(160));
    }
  });
});

describe("keys as tones (ITU-T Q.23)", () => {
  it.each([
    ["1", 697, 1209],
    ["5", 770, 1336],
    ["9", 852, 1477],
    ["*", 941, 1209],
    ["0", 941, 1336],
    ["#", 941, 1477],
    ["A", 697, 1633],
    ["d", 941, 1633],
  ])("%s is %i Hz with %i Hz, the upper one 2 dB stronger", (key, row, column) => {
    const sound = heard(dtmfPattern(key, { toneMs: 1100 }), 1040).subarray(160, 8160);
    expect(toneDb(sound, row, 8000)).toBeCloseTo(-10 - 6.15, 1);
    expect(toneDb(sound, column, 8000)).toBeCloseTo(-8 - 6.15, 1);
  });

  it("follow one another with pauses, and what is no key is left out", () => {
    const times = cadenceOf(heard(dtmfPattern("1 2x", { toneMs: 60, pauseMs: 80 }), 280));
    expect(times).toEqual([60, 80, 60, 80]);
    expect(new ToneGenerator(dtmfPattern("x y"), 8000).fill(new Int16Array(160))).toBe(0);
  });
});
