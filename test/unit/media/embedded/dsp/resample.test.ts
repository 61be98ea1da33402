import { describe, expect, it } from "vitest";
import { Resampler } from "../../../../../runtime/media/embedded/dsp/resample.ts";
import { concat, noise, powerDb, sine, toneDb } from "./signals.ts";

const FROM = [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const TO = [8000, 16_000, 48_000];
const ORIGINAL_DB = powerDb(sine(1000, 8000, 8000));
const pairs = FROM.flatMap((from) => TO.filter((to) => to !== from).map((to) => ({ from, to })));

/** What 0.1 s of a tone become, once the filter is full. */
function converted(hz: number, from: number, to: number): Int16Array {
  return new Resampler(from, to).process(sine(hz, from, Math.ceil(from * 0.16))).subarray(to / 20, to / 20 + to / 10);
}

/** Frequencies with whole waves in what is measured, evenly over a band. */
function sweep(fromHz: number, toHz: number): number[] {
  return Array.from({ length: 6 }, (_, i) => 10 * Math.round((fromHz + ((toHz - fromHz) * i) / 5) / 10));
}

describe("a stream at another rate", () => {
  it.each(pairs)(
    "keeps the band of speech within 0.1 dB and 55 dB above what is added, from $from to $to",
    ({ from, to }) => {
      for (const hz of sweep(100, 0.425 * Math.min(from, to))) {
        const sound = converted(hz, from, to);
        const tone = toneDb(sound, hz, to);
        expect(Math.abs(tone - ORIGINAL_DB)).toBeLessThan(0.1);
        const [whole, wanted] = [10 ** (powerDb(sound) / 10), 10 ** (tone / 10)];
        expect(Math.abs(whole - wanted) / wanted).toBeLessThan(10 ** -5.5);
      }
    },
  );

  it.each(pairs.filter(({ from, to }) => from > to))(
    "holds back by 55 dB what it cannot carry, from $from to $to",
    ({ from, to }) => {
      for (const hz of sweep(0.55 * to, from / 2).filter((frequency) => frequency >= 0.55 * to)) {
        expect(ORIGINAL_DB - powerDb(converted(hz, from, to))).toBeGreaterThan(55);
      }
    },
  );

  it.each(pairs)("is the same however it is cut into packets, from $from to $to", ({ from, to }) => {
    const sound = noise(1500, 20_000);
    const whole = new Resampler(from, to).process(sound);
    const streaming = new Resampler(from, to);
    const parts: Int16Array[] = [];
    for (let at = 0, length = 1; at < sound.length; at += length, length = ((length * 7) % 601) + 1) {
      parts.push(streaming.process(sound.subarray(at, at + length)).slice());
    }
    expect(concat(...parts)).toEqual(whole);
    expect(Math.abs(whole.length - (1500 * to) / from)).toBeLessThan(1);
  });

  it("has whole packets for whole packets", () => {
    for (const { from, to } of pairs.filter((pair) => pair.from % 50 === 0)) {
      const resampler = new Resampler(from, to);
      for (let i = 0; i < 3; i++) expect(resampler.process(new Int16Array(from / 50))).toHaveLength(to / 50);
    }
  });

  it("saturates where the filter overshoots", () => {
    const square = Int16Array.from({ length: 800 }, (_, i) => (Math.floor(i / 20) % 2 ? 32_767 : -32_768));
    const sound = new Resampler(8000, 16_000).process(square).subarray(100);
    expect(Math.max(...sound)).toBe(32_767);
    // A wrapped sample would jump from one end to the other between its neighbours.
    const jumps = sound.filter((sample, i) => i > 0 && Math.abs(sample - (sound[i - 1] ?? 0)) > 45_000);
    expect(jumps).toHaveLength(0);
  });

  it("at the same rate is left as it is", () => {
    const sound = noise(160, 1000);
    expect(new Resampler(8000, 8000).process(sound)).toBe(sound);
  });

  it.each([0, 7999, 48_001, 8000.5, Number.NaN])("of %d samples a second is refused", (rate) => {
    expect(() => new Resampler(rate, 8000)).toThrow(RangeError);
    expect(() => new Resampler(8000, rate)).toThrow(RangeError);
  });
});
