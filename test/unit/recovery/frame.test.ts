import { describe, expect, it } from "vitest";
import { decodeFrames, encodeFrame, framesOf } from "../../../runtime/recovery/frame.ts";
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";

const LINES = [
  ['{"id":"a"}', '{"id":"b","tail":{"name":"Zoë 电话 #1"}}'],
  ['{"id":"c"}'],
  ['{"id":"d","tail":"\\n#"}'],
];
const frames = LINES.map((lines) => Buffer.from(encodeFrame(lines)));
const whole = Buffer.concat(frames);

describe("Frames of the journal of calls", () => {
  it("give back the lines that were written, in their order", () => {
    expect(decodeFrames(whole)).toEqual({ lines: LINES.flat(), damagedBytes: 0 });
    expect(decodeFrames(Buffer.alloc(0))).toEqual({ lines: [], damagedBytes: 0 });
  });

  it("are each there as a whole or not at all, wherever the last write was torn", () => {
    for (let end = 0; end <= whole.length; end++) {
      let complete = 0;
      const expected = LINES.filter((_, index) => {
        complete += frames[index]?.length ?? 0;
        return complete <= end;
      });
      expect(decodeFrames(whole.subarray(0, end)).lines, `torn at ${end}`).toEqual(expected.flat());
    }
  });

  it("are passed over where they are damaged, and those behind are read", () => {
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x15;
      const { lines, damagedBytes } = decodeFrames(damaged);
      expect(damagedBytes, `damaged at ${at}`).toBeGreaterThan(0);
      expect(lines.every((line) => LINES.flat().includes(line))).toBe(true);
      const hit = frames.findIndex(
        (_, index) => at < frames.slice(0, index + 1).reduce((sum, frame) => sum + frame.length, 0),
      );
      expect(lines).toEqual(LINES.filter((_, index) => index !== hit).flat());
    }
  });

  it("are found behind one that was torn, when writing went on", () => {
    const torn = Buffer.concat([frames[0]?.subarray(0, 20) ?? whole, ...frames.slice(1)]);
    expect(decodeFrames(torn).lines).toEqual(LINES.slice(1).flat());
  });

  it("take no more time, and throw nothing, whatever is in the file", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(
        Array.from(
          { length: Math.floor(random() * 4000) },
          () => "#0f \n{}"[Math.floor(random() * 7)]?.charCodeAt(0) ?? 0,
        ),
      );
      expect(() => decodeFrames(bytes)).not.toThrow();
    }
    const hostile = Buffer.from("#00000000 00000010\n".repeat(20_000));
    const started = performance.now();
    decodeFrames(hostile);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("are several where the calls of a whole switch are written at once", () => {
    const line = `{"id":"x","tail":"${"y".repeat(4_000_000)}"}`;
    const many = [...framesOf(Array.from({ length: 10 }, () => line))].map((frame) => Buffer.from(frame));
    expect(many.length).toBeGreaterThan(1);
    expect(decodeFrames(Buffer.concat(many)).lines).toHaveLength(10);
  });
});
