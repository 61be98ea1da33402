import { describe, expect, it } from "vitest";
import { addTo, mixMinus, saturateInto } from "../../../../../runtime/media/embedded/dsp/mix.ts";

const streams = [Int16Array.of(100, 20_000, -30_000), Int16Array.of(-50, 20_000, -30_000), Int16Array.of(7, -5, 9)];

function sumOf(sounds: readonly Int16Array[]): Int32Array {
  const sum = new Int32Array(3);
  for (const sound of sounds) addTo(sum, sound);
  return sum;
}

describe("streams together", () => {
  it("are their sum, saturated", () => {
    const output = new Int16Array(3);
    saturateInto(output, sumOf(streams));
    expect([...output]).toEqual([57, 32_767, -32_768]);
  });

  it("without one of them are the sum of the others, as if that one had never been there", () => {
    for (const own of streams) {
      const [minus, alone] = [new Int16Array(3), new Int16Array(3)];
      mixMinus(minus, sumOf(streams), own);
      saturateInto(alone, sumOf(streams.filter((stream) => stream !== own)));
      expect(minus).toEqual(alone);
    }
  });

  it("may be of different length: what is missing is silence", () => {
    const sum = sumOf([Int16Array.of(1), Int16Array.of(1, 2, 3, 4, 5)]);
    expect([...sum]).toEqual([2, 2, 3]);
    const output = new Int16Array(3);
    mixMinus(output, sum, Int16Array.of(1));
    expect([...output]).toEqual([1, 2, 3]);
  });
});
