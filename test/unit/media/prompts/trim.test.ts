import { describe, expect, it } from "vitest";
import { trimSilence } from "../../../../runtime/media/prompts/trim.ts";

function spoken(before: number, during: number, after: number): Int16Array {
  return Int16Array.from({ length: before + during + after }, (_, index) => {
    const isSpoken = index >= before && index < before + during;
    // Silence of a voice is never quite silent.
    return isSpoken ? Math.round(8_000 * Math.sin(index)) : (index % 3) - 1;
  });
}

describe("a prompt that is trimmed", () => {
  it("keeps 20 ms before what is spoken and 60 ms after it", () => {
    expect(trimSilence(spoken(2_400, 8_000, 4_000))).toHaveLength(160 + 8_000 + 480);
  });

  it("keeps what silence there is where it is shorter than that, and pauses within", () => {
    expect(trimSilence(spoken(80, 8_000, 0))).toHaveLength(8_080);
    const pause = Int16Array.from([...spoken(0, 800, 4_000), ...spoken(0, 800, 0)]);
    expect(trimSilence(pause)).toHaveLength(5_600);
  });

  it("begins and ends without a click", () => {
    const trimmed = trimSilence(spoken(0, 8_000, 0));
    expect(trimmed[0]).toBe(0);
    expect(Math.abs(trimmed.at(-1) ?? 1)).toBe(0);
  });

  it("is empty where nothing is spoken", () => {
    expect(trimSilence(new Int16Array(800))).toHaveLength(0);
  });
});
