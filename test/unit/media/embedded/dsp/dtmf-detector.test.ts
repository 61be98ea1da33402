import { describe, expect, it } from "vitest";
import { pcmu } from "../../../../../runtime/media/embedded/codec/pcmu.ts";
import { DtmfDetector } from "../../../../../runtime/media/embedded/dsp/dtmf-detector.ts";
import { dtmfPattern } from "../../../../../runtime/media/embedded/dsp/dtmf-tone.ts";
import { ToneGenerator } from "../../../../../runtime/media/embedded/dsp/tone.ts";
import { concat, frames, noise, randomNumbers, sine, speechLike, sum } from "./signals.ts";

const KEYS = "1234567890*#ABCD";
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];

function found(sound: Int16Array, rate = 8000): string {
  const detector = new DtmfDetector(rate);
  return frames(sound, rate)
    .map((frame) => detector.feed(frame))
    .join("");
}

/** Keys with their pauses, after so many samples of silence. */
function dialled(keys: string, rate: number, options: { toneMs: number; pauseMs: number }, silence = 0): Int16Array {
  const sound = new Int16Array(silence + (keys.length * rate * (options.toneMs + options.pauseMs)) / 1000);
  new ToneGenerator(dtmfPattern(keys, options), rate).fill(sound.subarray(silence));
  return sound;
}

interface Pair {
  /** Off the true frequencies, as a factor. */
  readonly off?: number;
  /** Of the upper against the lower frequency, in dB. */
  readonly twist?: number;
  readonly noise?: number;
  readonly peak?: number;
}

/** How many of the 16 keys are found, each pressed for 50 ms. */
function keysFound({ off = 1, twist = 0, noise: noisePeak = 0, peak = 7000 }: Pair): number {
  const columnPeak = twist > 0 ? peak : peak * 10 ** (twist / 20);
  const rowPeak = twist > 0 ? peak * 10 ** (-twist / 20) : peak;
  const pairs = ROWS.flatMap((row) => COLUMNS.map((column) => ({ row, column })));
  return pairs.filter(({ row, column }, i) => {
    const key = sum(sine(row * off, 8000, 400, rowPeak), sine(column * off, 8000, 400, columnPeak));
    const sound = concat(new Int16Array(321 + 7 * i), key, new Int16Array(400));
    return found(sum(sound, noise(sound.length, noisePeak, i + 1))) === KEYS_IN_ROWS.charAt(i);
  }).length;
}

const KEYS_IN_ROWS = "123A456B789C*0#D";

describe("keys in the audio (ITU-T Q.24)", () => {
  it.each([8000, 16_000])(
    "are found when pressed for 40 ms with pauses of 40 ms, wherever they begin, at %i Hz",
    (rate) => {
      for (let silence = 0; silence < 110; silence += 11) {
        expect(found(dialled(KEYS, rate, { toneMs: 40, pauseMs: 40 }, silence), rate)).toBe(KEYS);
      }
    },
  );

  it("are told once, however long they are held, and again when they are pressed again", () => {
    expect(found(dialled("5", 8000, { toneMs: 3000, pauseMs: 100 }))).toBe("5");
    expect(found(dialled("5500", 8000, { toneMs: 80, pauseMs: 40 }))).toBe("5500");
  });

  it("are told when they have begun, not when they end", () => {
    const detector = new DtmfDetector(8000);
    const told = frames(dialled("7", 8000, { toneMs: 500, pauseMs: 100 }), 8000).findIndex((frame) => {
      return detector.feed(frame) !== "";
    });
    expect(told).toBeLessThanOrEqual(2);
  });

  it("are not torn apart by a gap of 5 ms", () => {
    const sound = dialled("9", 8000, { toneMs: 200, pauseMs: 100 });
    expect(found(sound.fill(0, 800, 840))).toBe("9");
  });

  it("are not found when shorter than 25 ms", () => {
    expect(found(dialled(KEYS, 8000, { toneMs: 24, pauseMs: 60 }))).toBe("");
  });

  it("are found 1.5 % off their frequencies, not 3.5 %", () => {
    expect([0.985, 1.015].map((off) => keysFound({ off }))).toEqual([16, 16]);
    expect([0.965, 1.035].map((off) => keysFound({ off }))).toEqual([0, 0]);
  });

  it("are found with an imbalance of 4 dB one way and 6 dB the other, not with 10 and 14", () => {
    expect([4, -6].map((twist) => keysFound({ twist }))).toEqual([16, 16]);
    expect([10, -14].map((twist) => keysFound({ twist }))).toEqual([0, 0]);
  });

  it("are found in noise 15 dB below them, and when weak", () => {
    expect(keysFound({ noise: 2100 })).toBe(16);
    expect(keysFound({ peak: 1000 })).toBe(16);
    expect(keysFound({ peak: 150 })).toBe(0);
  });

  it("are found through PCMU", () => {
    const sound = dialled(KEYS, 8000, { toneMs: 60, pauseMs: 60 });
    const heard = pcmu.createDecoder().decode(pcmu.createEncoder().encode(sound));
    expect(found(heard)).toBe(KEYS);
  });

  it("are found whatever the length of the packets", () => {
    const sound = dialled(KEYS, 8000, { toneMs: 50, pauseMs: 50 });
    const detector = new DtmfDetector(8000);
    let keys = "";
    for (let at = 0, length = 1; at < sound.length; at += length, length = ((length * 5) % 401) + 1) {
      keys += detector.feed(sound.subarray(at, at + length));
    }
    expect(keys).toBe(KEYS);
  });
});

describe("what is no key", () => {
  it.each([8000, 16_000])("but in the manner of a voice is not taken for one in 40 s, at %i Hz", (rate) => {
    for (const seed of [1, 2, 3, 4]) expect(found(speechLike(rate, 10 * rate, 20_000, seed), rate)).toBe("");
  });

  it("but noise is not taken for one in a minute", () => {
    expect(found(noise(480_000, 15_000))).toBe("");
  });

  it("but a chord is not taken for one, whichever notes it has", () => {
    const random = randomNumbers(5);
    const note = () => 110 * 2 ** (Math.floor(random() * 40) / 12);
    for (let i = 0; i < 100; i++) {
      const tones = [note(), note(), note()].flatMap((hz) => {
        const overtones = [1, 2, 3, 4, 5].filter((k) => k * hz < 3800);
        return overtones.map((k) => sine(k * hz, 8000, 1200, 5000 / k));
      });
      expect(found(sum(...tones))).toBe("");
    }
  });

  it("but one of the two frequencies, or three of them, is not taken for one", () => {
    expect(found(sine(697, 8000, 4000))).toBe("");
    expect(found(sum(sine(697, 8000, 4000), sine(941, 8000, 4000), sine(1336, 8000, 4000)))).toBe("");
  });

  it("but a pair with strong overtones is not taken for one", () => {
    const pair = [sine(852, 8000, 4000, 6000), sine(1336, 8000, 4000, 6000)];
    expect(found(sum(...pair))).toBe("8");
    expect(found(sum(...pair, sine(2672, 8000, 4000, 3000)))).toBe("");
  });

  it("but a tone of the network is not taken for one", () => {
    expect(found(sum(sine(350, 8000, 8000), sine(440, 8000, 8000)))).toBe("");
    expect(found(sum(sine(480, 8000, 8000), sine(620, 8000, 8000)))).toBe("");
  });
});
