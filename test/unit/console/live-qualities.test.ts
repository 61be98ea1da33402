import { describe, expect, it } from "vitest";
import { LiveQualities } from "../../../runtime/console/pages/live/live-qualities.ts";

const direct = (call: string) => ({ call, sides: [] });

describe("The quality of live calls", () => {
  it("is asked for of the calls in sight", () => {
    const live = new LiveQualities();
    expect(live.asked).toEqual([]);
    for (const call of ["a", "b", "c", "b"]) live.enter(call);
    live.leave("a");
    expect(live.asked).toEqual(["b", "c"]);
  });

  it("is asked for of a hundred at the most, as many as the switch tells of", () => {
    const live = new LiveQualities();
    for (let n = 0; n < 5000; n++) live.enter(`call-${n}`);
    expect(live.asked).toHaveLength(100);
  });

  it("stays known until it is told anew", () => {
    const live = new LiveQualities();
    for (const call of ["a", "b"]) live.enter(call);
    live.take([direct("a"), direct("b")]);
    // The switch leaves out what is not up any more.
    expect([...live.take([direct("b")]).keys()]).toEqual(["a", "b"]);
  });

  it("is forgotten of calls that have left the sight, also of those that did while it was asked for", () => {
    const live = new LiveQualities();
    for (const call of ["a", "b", "c"]) live.enter(call);
    live.take([direct("a")]);
    live.leave("a");
    live.leave("b");
    expect([...live.take([direct("b"), direct("c")]).keys()]).toEqual(["c"]);
  });
});
