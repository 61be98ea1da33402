import { describe, expect, it } from "vitest";
import { actsOn, countsText, doneText } from "../../../../runtime/console/pages/voicemail/folders.ts";
import { peaksOf, waveformPath } from "../../../../runtime/console/pages/voicemail/peaks.ts";

describe("The waveform of a recording", () => {
  it("has a bar for each part, as loud as its loudest sample, the loudest of all being full", () => {
    expect(peaksOf(Float32Array.of(0, 0.1, -0.5, 0.2, 0, 0.25), 3)).toEqual([
      expect.closeTo(0.2, 5),
      1,
      expect.closeTo(0.5, 5),
    ]);
  });

  it("is flat where there is silence, or less than a sample for each bar", () => {
    expect(peaksOf(new Float32Array(10), 2)).toEqual([0, 0]);
    expect(peaksOf(Float32Array.of(1), 4)).toHaveLength(4);
  });

  it("is drawn around the middle, a thin line where nothing is heard", () => {
    expect(waveformPath([1, 0])).toBe("M0.5 0.04V1.96M1.5 0.97V1.03");
  });
});

describe("A message", () => {
  it("can be restored once it is deleted, and only then be erased", () => {
    expect(actsOn("new").map(({ to }) => to)).toEqual(["saved", "deleted"]);
    expect(actsOn("deleted").map(({ to }) => to)).toEqual(["saved", "erased"]);
    expect(doneText("deleted")).toContain("can be restored");
  });

  it("is counted in its box", () => {
    expect(countsText({ new: 2, saved: 0 })).toBe("2 new, 0 heard");
  });
});
