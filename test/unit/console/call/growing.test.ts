import { describe, expect, it } from "vitest";
import { joined, reachedMs, readAgainIn, resumeAfter } from "../../../../runtime/console/pages/call/growing.ts";
import { head, TimelineBuilder } from "./timeline-builder.ts";

const operation = {
  type: "operation",
  event: 1,
  number: 1,
  name: "kv.get",
  args: {},
  outcome: "unanswered",
  result: null,
};
const START = Date.parse(head.startedAt);

describe("A timeline that grows", () => {
  it("is read on behind its last item", () => {
    expect(resumeAfter([])).toBe(0);
    expect(resumeAfter(new TimelineBuilder().in("caller", "INVITE").out("caller", "100 Trying").items)).toBe(2);
  });

  it("is read again from an operation on that had no answer yet, and has each item once", () => {
    const before = new TimelineBuilder().in("caller", "INVITE").note(operation).out("caller", "100 Trying").timeline();
    const after = resumeAfter(before.items);
    expect(after).toBe(1);
    const now = new TimelineBuilder()
      .in("caller", "INVITE")
      .note({ ...operation, outcome: "ok", durationMs: 4 })
      .out("caller", "100 Trying")
      .out("caller", "486 Busy Here")
      .timeline();
    const page = { ...now, items: now.items.filter(({ n }) => n > after) };
    expect(joined(before, after, page)).toEqual(now);
    expect(joined(null, 0, now)).toEqual(now);
  });

  it("is asked for often while the call is up, less while last answers may come, and then no more", () => {
    expect(readAgainIn(head, START)).toBe(1000);
    const ended = { ...head, endedAt: "2026-11-27T10:01:00.000Z" };
    expect(readAgainIn(ended, START + 61_000)).toBe(4000);
    // Once more after the last of them may have come.
    expect(readAgainIn(ended, START + 60_000 + 33_000)).toBe(4000);
    expect(readAgainIn(ended, START + 60_000 + 37_000)).toBe(null);
  });

  it("has come as far as has been told, and an ended call as far as the clock", () => {
    const call = new TimelineBuilder().in("caller", "INVITE").out("caller", "180 Ringing", { ms: 700 });
    expect(reachedMs(call.timeline(), START + 99_000)).toBe(700);
    expect(reachedMs(call.timeline({ endedAt: "2026-11-27T10:00:01.000Z" }), START + 99_000)).toBe(99_000);
  });
});
