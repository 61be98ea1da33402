import { beforeEach, describe, expect, it } from "vitest";
import { type LiveCallsEntry, LiveCallsFeed } from "../../../runtime/http/live-calls.ts";
import type { SwitchEvent } from "../../../runtime/port/feed.ts";
import type { CallControl, CallSummary } from "../../../runtime/port/switch.ts";
import { FakeClock } from "../../helpers/fake-clock.ts";
import { aCall, FakeFeed } from "../../integration/http/fake-switch.ts";

const AT = "2026-01-01T00:00:00.000Z";

describe("the feed of live calls", () => {
  let clock: FakeClock;
  let events: FakeFeed<SwitchEvent>;
  let live: Map<string, CallSummary>;
  let feed: LiveCallsFeed;

  beforeEach(() => {
    clock = new FakeClock();
    events = new FakeFeed();
    live = new Map();
    const calls = {
      newest: (most: number) => [...live.values()].slice(-most),
      get active() {
        return live.size;
      },
      limit: 10_000,
    };
    // What else calls can be asked, nobody asks here.
    feed = new LiveCallsFeed({
      calls: calls as Partial<CallControl> as CallControl,
      feeds: { tail: () => new FakeFeed(), events },
      clock,
    });
  });

  function happens(
    what: "started" | "ringing" | "answered" | "ended",
    id: string,
    answeredAt: string | null = null,
  ): void {
    const call: CallSummary = { ...aCall(id), state: what === "started" ? "deciding" : what, answeredAt };
    if (what === "ended") live.delete(id);
    else live.set(id, call);
    events.publish({ type: "call", at: AT, what, call });
  }

  function follow(): LiveCallsEntry[] {
    const entries: LiveCallsEntry[] = [];
    feed.subscribe((entry) => entries.push(entry));
    return entries;
  }

  it("begins with the calls that are up", () => {
    happens("started", "a");
    expect(follow()).toEqual([{ type: "snapshot", calls: [expect.objectContaining({ id: "a" })], total: 1 }]);
  });

  it("tells each half second what has changed, each call once and as it is then", () => {
    const entries = follow();
    for (const what of ["started", "ringing", "answered"] as const) happens(what, "a");
    happens("started", "b");
    happens("ended", "b");
    clock.advance(499);
    expect(entries.length).toBe(1);
    clock.advance(1);
    expect(entries[1]).toEqual({
      type: "changes",
      changed: [expect.objectContaining({ id: "a", state: "answered" })],
      more: 0,
      ended: ["b"],
      total: 1,
    });
    clock.advance(1000);
    expect(entries.filter(({ type }) => type === "changes").length).toBe(1);
  });

  it("holds thousands of calls with a bounded answer, and says how many changes it leaves away", () => {
    for (let index = 0; index < 5000; index++) happens("started", `before-${index}`);
    const entries = follow();
    expect(entries[0]).toMatchObject({ type: "snapshot", total: 5000, calls: { length: 500 } });
    for (let index = 0; index < 700; index++) happens("started", `now-${index}`);
    clock.advance(500);
    const changes = entries[1];
    if (changes?.type !== "changes") throw new Error("Changes are to come.");
    expect([changes.changed.length, changes.more, changes.total]).toEqual([500, 200, 5700]);
    expect(changes.changed.at(-1)?.id).toBe("now-699");
  });

  it("tells every two seconds what has come of calls in the last minute", () => {
    const entries = follow();
    happens("started", "a");
    happens("ended", "a", AT);
    happens("started", "b");
    happens("ended", "b");
    happens("started", "c");
    clock.advance(2000);
    const figures = (): LiveCallsEntry | undefined => entries.findLast(({ type }) => type === "figures");
    expect(figures()).toMatchObject({ calls: 1, limit: 10_000, seconds: 2, started: 3, answered: 1, unanswered: 1 });
    clock.advance(60_000);
    expect(figures()).toMatchObject({ calls: 1, seconds: 60, started: 0, answered: 0, unanswered: 0 });
  });

  it("listens and counts while somebody follows it, and not a moment longer", () => {
    expect([events.listeners, clock.pending]).toEqual([0, 0]);
    const [first, second] = [feed.subscribe(() => {}), feed.subscribe(() => {})];
    expect([events.listeners, clock.pending]).toEqual([1, 1]);
    first();
    second();
    expect([events.listeners, clock.pending]).toEqual([0, 0]);
  });
});
