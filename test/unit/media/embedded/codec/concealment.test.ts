import { describe, expect, it } from "vitest";
import { Concealment } from "../../../../../runtime/media/embedded/codec/concealment.ts";
import { concat, frames, likenessDb, noise, powerDb, sine, sum } from "../dsp/signals.ts";

const RATES = [8000, 16_000, 48_000] as const;

/** A voice of 125 Hz with overtones. */
function voice(rate: number, samples: number): Int16Array {
  return sum(...[1, 2, 3, 4, 5].map((k) => sine(125 * k, rate, samples, 6000 / k)));
}

/** What is heard of a sound whose packets with these numbers are lost. */
function heardWithout(lost: readonly number[], sound: Int16Array, rate: number): Int16Array {
  const concealment = new Concealment(rate);
  const parts = frames(sound, rate).map((frame, i) => {
    if (lost.includes(i)) return concealment.conceal(frame.length).slice();
    const packet = frame.slice();
    concealment.heard(packet);
    return packet;
  });
  return concat(...parts);
}

function largestStep(sound: Int16Array): number {
  return sound.reduce((most, sample, i) => (i === 0 ? 0 : Math.max(most, Math.abs(sample - (sound[i - 1] ?? 0)))), 0);
}

describe("a lost packet", () => {
  it.each(RATES)("of a voice is made up so that it is hardly heard, at %i Hz", (rate) => {
    const sound = voice(rate, rate / 5);
    const heard = heardWithout([5], sound, rate);
    const [from, to] = [rate / 10, (rate * 12) / 100];
    // 10 ms at full strength, then it fades by a fifth.
    expect(likenessDb(sound.subarray(from, to), heard.subarray(from, to), 0)).toBeGreaterThan(18);
    expect(heard.subarray(0, from)).toEqual(sound.subarray(0, from));
  });

  it.each(RATES)("makes no click, neither where it begins nor where the next packet comes, at %i Hz", (rate) => {
    for (const sound of [voice(rate, rate / 5), sine(440, rate, rate / 5), sine(1234, rate, rate / 5, 8000)]) {
      for (const lost of [[5], [4, 5], [4, 5, 6, 7, 8], [3, 5, 7]]) {
        expect(largestStep(heardWithout(lost, sound, rate))).toBeLessThan(1.3 * largestStep(sound) + 50);
      }
    }
  });

  it("of noise becomes noise of the same strength", () => {
    const sound = noise(1600, 3000);
    const heard = heardWithout([5], sound, 8000);
    expect(Math.abs(powerDb(heard.subarray(800, 960)) - powerDb(sound))).toBeLessThan(4);
  });

  it("and all that follow it fade into silence within 60 ms", () => {
    const heard = heardWithout([5, 6, 7, 8, 9], voice(8000, 1600), 8000);
    expect(powerDb(heard.subarray(1120, 1280))).toBeLessThan(powerDb(heard.subarray(800, 960)) - 6);
    expect(heard.subarray(800 + 480).every((sample) => sample === 0)).toBe(true);
  });

  it("at the very beginning is silence", () => {
    expect(new Concealment(8000).conceal(160)).toEqual(new Int16Array(160));
  });

  it("of an absurd length is bounded", () => {
    const concealment = new Concealment(8000);
    expect(concealment.conceal(1e9)).toHaveLength(960);
    expect(concealment.conceal(-1)).toHaveLength(0);
  });
});
