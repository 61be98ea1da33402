import { describe, expect, it } from "vitest";
import { SpeechDetector } from "../../../../../runtime/media/embedded/dsp/speech-detector.ts";
import { concat, frames, noise, sine, speechLike, sum } from "./signals.ts";

const RATE = 8000;
const silence = (seconds: number) => new Int16Array(seconds * RATE);

/** For each 20 ms, whether somebody speaks. */
function spoken(sound: Int16Array, rate = RATE): boolean[] {
  const detector = new SpeechDetector(rate);
  return frames(sound, rate).map((frame) => detector.feed(frame));
}

/** What part of these seconds is speech. */
function share(speaking: readonly boolean[], from: number, to: number): number {
  const part = speaking.slice(from * 50, to * 50);
  return part.filter((is) => is).length / part.length;
}

describe("somebody speaks", () => {
  it.each([RATE, 16_000])("from the first syllable to shortly after the last, at %i Hz", (rate) => {
    const pause = new Int16Array(3 * rate);
    const sound = concat(pause, speechLike(rate, 5 * rate, 12_000), pause);
    const speaking = spoken(sum(sound, noise(sound.length, 60)), rate);
    expect(share(speaking, 0, 3)).toBe(0);
    expect(share(speaking, 3.2, 8)).toBeGreaterThan(0.85);
    expect(share(speaking, 8.5, 11)).toBe(0);
  });

  it("also where the recording begins with it", () => {
    expect(share(spoken(concat(speechLike(RATE, 4 * RATE, 12_000), silence(2))), 0.1, 4)).toBeGreaterThan(0.8);
  });

  it("also softly, and above a loud background", () => {
    const soft = concat(silence(3), speechLike(RATE, 4 * RATE, 1500, 3), silence(1));
    expect(share(spoken(sum(soft, noise(soft.length, 10))), 3.2, 7)).toBeGreaterThan(0.6);
    const loud = concat(silence(3), speechLike(RATE, 4 * RATE, 28_000, 3), silence(2));
    const speaking = spoken(sum(loud, noise(loud.length, 1000)));
    expect(share(speaking, 3.2, 7)).toBeGreaterThan(0.4);
    expect(share(speaking, 7.5, 9)).toBe(0);
  });

  it("without a break between words", () => {
    const word = speechLike(RATE, RATE / 2, 12_000, 7);
    const speaking = spoken(concat(silence(2), word, silence(0.15), word, silence(0.15), word, silence(2)));
    expect(share(speaking, 2.15, 3.7)).toBe(1);
  });
});

describe("nobody speaks", () => {
  it("in silence, with an offset of the line too", () => {
    expect(share(spoken(silence(5)), 0, 5)).toBe(0);
    expect(share(spoken(silence(5).fill(4000)), 0, 5)).toBe(0);
  });

  it.each([
    ["noise", noise(6 * RATE, 3000)],
    ["hum", sine(50, RATE, 6 * RATE, 2000)],
    ["a tone", sine(425, RATE, 6 * RATE, 12_000)],
  ])("in %s that stays, from two seconds on", (_, sound) => {
    expect(share(spoken(sound), 2.6, 6)).toBe(0);
  });

  it("in noise that grows, two seconds later", () => {
    const speaking = spoken(concat(noise(4 * RATE, 30), noise(6 * RATE, 2000)));
    expect(share(speaking, 0, 4)).toBe(0);
    expect(share(speaking, 6.6, 10)).toBe(0);
  });

  it("in clicks", () => {
    const sound = silence(4);
    for (let at = 4000; at < sound.length; at += 4000) sound.fill(25_000, at, at + 8);
    expect(share(spoken(sound), 0, 4)).toBe(0);
  });
});

describe("an empty packet", () => {
  it("changes nothing", () => {
    const detector = new SpeechDetector(RATE);
    expect(detector.feed(new Int16Array(0))).toBe(false);
    for (const frame of frames(speechLike(RATE, RATE, 12_000), RATE)) detector.feed(frame);
    expect(detector.feed(new Int16Array(0))).toBe(true);
  });
});
