import { describe, expect, it } from "vitest";
import { completeLimits, DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";

describe("the limits of scripts", () => {
  it("are the defaults but for what the operator sets", () => {
    expect(completeLimits({})).toEqual(DEFAULT_LIMITS);
    expect(completeLimits({ eventMs: 20 })).toEqual({ ...DEFAULT_LIMITS, eventMs: 20 });
  });

  it.each([
    ["eventMs", 0],
    ["eventMs", -1],
    ["eventMs", 2.5],
    ["cpuMs", Number.NaN],
    ["handlerMs", 2 ** 31],
    ["memoryMB", 7],
  ])("refuse %s of %s, which the engine would take for no limit or not at all", (name, value) => {
    expect(() => completeLimits({ [name]: value })).toThrow(`limits.script.${name}`);
  });
});
