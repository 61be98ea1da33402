import { describe, expect, it } from "vitest";
import { LOWEST_DBM0, sinePeakOf, toDbm0 } from "../../../../../runtime/media/embedded/dsp/level.ts";
import { rmsOf, sine } from "./signals.ts";

describe("the level of a sound", () => {
  it("is 3.14 dBm0 for a sine at full scale (ITU-T G.711 §4)", () => {
    expect(toDbm0(rmsOf(sine(1000, 8000, 8000, 32_767)))).toBeCloseTo(3.14, 2);
  });

  it.each([0, -10, -30])("of a sine that was made for %i dBm0 is just that", (dbm0) => {
    expect(toDbm0(rmsOf(sine(1000, 8000, 8000, sinePeakOf(dbm0))))).toBeCloseTo(dbm0, 1);
  });

  it("of silence, and of nothing, is the lowest", () => {
    expect(toDbm0(rmsOf(new Int16Array(160)))).toBe(LOWEST_DBM0);
    expect(toDbm0(rmsOf(new Int16Array(0)))).toBe(LOWEST_DBM0);
  });
});
