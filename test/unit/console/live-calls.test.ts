import { describe, expect, it } from "vitest";
import { LiveCalls } from "../../../runtime/console/pages/live/live-calls.ts";
import { call } from "./call.ts";

const ids = (calls: LiveCalls) => calls.all().map(({ id }) => id);

describe("The list of live calls", () => {
  it("has a call from its beginning, in its last state", () => {
    const calls = new LiveCalls();
    calls.apply({ type: "call", what: "started", call: call({ state: "deciding" }) }, 0);
    calls.apply({ type: "call", what: "answered", call: call({ state: "answered" }) }, 10);
    expect(calls.all()).toEqual([call({ state: "answered" })]);
    expect(calls.up).toBe(1);
  });

  it("shows a call that has ended for a moment, and counts it no more", () => {
    const calls = new LiveCalls();
    calls.apply({ type: "call", what: "started", call: call() }, 0);
    calls.apply({ type: "call", what: "ended", call: call({ state: "ended" }) }, 1_000);
    expect([ids(calls), calls.up]).toEqual([["c1"], 0]);
    expect(calls.forgetEnded(4_999)).toBe(false);
    expect(calls.forgetEnded(5_000)).toBe(true);
    expect(ids(calls)).toEqual([]);
  });

  it("keeps few of those that have ended, whatever comes", () => {
    const calls = new LiveCalls();
    for (let index = 0; index < 1_000; index++) {
      calls.apply({ type: "call", what: "ended", call: call({ id: `c${index}`, state: "ended" }) }, index);
    }
    expect(calls.all()).toHaveLength(200);
    expect(ids(calls).at(-1)).toBe("c999");
  });

  it("takes the word of the switch for what is up", () => {
    const calls = new LiveCalls();
    calls.apply({ type: "call", what: "started", call: call({ id: "gone" }) }, 0);
    calls.replace([call({ id: "a" }), call({ id: "b" })]);
    expect([ids(calls), calls.up]).toEqual([["a", "b"], 2]);
  });

  it("does not bring back a call that has ended while the list was read", () => {
    const calls = new LiveCalls();
    calls.apply({ type: "call", what: "ended", call: call({ state: "ended" }) }, 0);
    calls.replace([call({ state: "answered" })]);
    expect([calls.all()[0]?.state, calls.up]).toEqual(["ended", 0]);
  });
});
