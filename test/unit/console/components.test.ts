import { describe, expect, it } from "vitest";
import { roved } from "../../../runtime/console/components/roving.ts";
import { linePath } from "../../../runtime/console/components/sparkline-path.ts";
import { visibleRows } from "../../../runtime/console/components/visible-rows.ts";

describe("The rows of a long table that are rendered", () => {
  it("are those in sight and some around them, and the rest is room", () => {
    expect(visibleRows(5_000, 30, 3_000, 600)).toEqual({ from: 92, to: 128, above: 2_760, below: 146_160 });
  });

  it("are all of a short table", () => {
    expect(visibleRows(5, 30, 0, 600)).toEqual({ from: 0, to: 5, above: 0, below: 0 });
    expect(visibleRows(0, 30, 0, 600)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  });

  it("are the last ones where the table has become shorter than what was scrolled", () => {
    expect(visibleRows(10, 30, 9_000, 600)).toEqual({ from: 2, to: 10, above: 60, below: 0 });
  });
});

describe("Arrow keys in a list", () => {
  it.each([
    ["ArrowDown", 1, 2],
    ["ArrowUp", 0, 0],
    ["PageDown", 1, 4],
    ["Home", 3, 0],
    ["End", 0, 4],
    ["x", 1, undefined],
  ])("%s leads from %s to %s", (key, from, to) => {
    expect(roved(key, from, 5)).toBe(to);
  });
});

describe("The line of a small chart", () => {
  const box = { width: 30, height: 12 };

  it("has the newest value at the right", () => {
    expect(linePath([0, 10], 10, 4, box)).toBe("M20 11L30 1");
  });

  it("has a gap where nothing was measured", () => {
    expect(linePath([5, null, 5, 5], 10, 4, box)).toBe("M0 6M20 6L30 6");
  });

  it("lies on the ground where all is zero, and never leaves the box", () => {
    expect(linePath([0, 0], 0, 2, box)).toBe("M0 11L30 11");
    expect(linePath([99], 10, 1, box)).toBe("M0 1");
  });
});
