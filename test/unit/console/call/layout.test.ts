import { describe, expect, it } from "vitest";
import { filtered } from "../../../../runtime/console/pages/call/ladder/filter.ts";
import { ladderOf } from "../../../../runtime/console/pages/call/ladder/ladder-model.ts";
import { BREAK_MS, type Layout, layoutOf, rowsWithin } from "../../../../runtime/console/pages/call/ladder/layout.ts";
import { labelOf, spokenOf } from "../../../../runtime/console/pages/call/ladder/words.ts";
import { TimelineBuilder } from "./timeline-builder.ts";

const WIDTH = 900;
const LONG_AGO = 1_000_000;
const LEG_1 = "0.call-1";
const LEG_2 = "0.call-2";
const AGENT = { fields: ["User-Agent: Phone 1"] };
const everything = { kind: "all", leg: null, hidesCopies: false, text: "" } as const;

function drawn(builder: TimelineBuilder, nowMs = LONG_AGO): Layout {
  const { lanes, entries } = ladderOf(builder.timeline(), nowMs);
  return layoutOf(lanes, entries, WIDTH);
}

const laneNames = ({ lanes }: Layout) => lanes.map(({ id, name }) => `${id} ${name}`);
const xOf = ({ lanes }: Layout, id: string) => lanes.find((lane) => lane.id === id)?.x;

/** `caller>switch INVITE`, from the places of the arrows alone. */
function arrows(layout: Layout): string[] {
  const at = (x: number) => layout.lanes.find((lane) => lane.x === x)?.id;
  return layout.rows.flatMap((row) => {
    if (row.type !== "arrow") return [];
    const { title, more } = labelOf(row.entry);
    return [`${at(row.fromX)}>${at(row.toX)} ${title} ${more}`.trim()];
  });
}

const forked = () =>
  new TimelineBuilder()
    .in("caller", "INVITE", AGENT)
    .out("caller", "100 Trying")
    .out(LEG_1, "INVITE")
    .out(LEG_2, "INVITE")
    .in(LEG_1, "486 Busy Here", { toTag: "a" })
    .out(LEG_1, "ACK")
    .in(LEG_2, "200 OK", { toTag: "b", fields: ["Server: Phone 2"] })
    .out("caller", "200 OK", { toTag: "x" })
    .in("caller", "ACK", { toTag: "x" })
    .out(LEG_2, "ACK", { toTag: "b" });

describe("The layout of a ladder", () => {
  it("has a lane for each side of a forked call, with the switch between the caller and those called", () => {
    const layout = drawn(forked());
    expect(laneNames(layout)).toEqual([
      "caller alice",
      "switch main v3",
      `${LEG_1} party-${LEG_1}`,
      `${LEG_2} party-${LEG_2}`,
    ]);
    const xs = layout.lanes.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(arrows(layout)).toEqual([
      "caller>switch INVITE 1",
      "switch>caller 100 Trying 1 INVITE",
      `switch>${LEG_1} INVITE 1`,
      `switch>${LEG_2} INVITE 1`,
      `${LEG_1}>switch 486 Busy Here 1 INVITE`,
      `switch>${LEG_1} ACK 1`,
      `${LEG_2}>switch 200 OK 1 INVITE`,
      "switch>caller 200 OK 1 INVITE",
      "caller>switch ACK 1",
      `switch>${LEG_2} ACK 1`,
    ]);
  });

  it("names who each party is, where it is, and what it says that it is", () => {
    const [caller, , , second] = drawn(forked()).lanes;
    expect(caller).toMatchObject({ role: "Caller", address: "192.0.2.4:5060 udp", userAgent: "Phone 1" });
    expect(second).toMatchObject({ role: "Leg 2", address: "192.0.2.5:5060 udp", userAgent: "Phone 2" });
  });

  it("names a leg after the target that it was meant for, where that is known", () => {
    const attempts = [{ target: "bob", uri: `sip:party-${LEG_1}@192.0.2.5` }];
    const { lanes } = ladderOf(forked().timeline(), LONG_AGO, attempts);
    expect(lanes.map(({ name }) => name)).toEqual(["alice", "main v3", "bob", `party-${LEG_2}`]);
  });

  it("keeps several early dialogs of one leg apart", () => {
    const layout = drawn(
      new TimelineBuilder()
        .out(LEG_1, "INVITE")
        .in(LEG_1, "100 Trying")
        .in(LEG_1, "180 Ringing", { toTag: "a" })
        .in(LEG_1, "183 Session Progress", { toTag: "b" })
        .in(LEG_1, "200 OK", { toTag: "b" })
        .out(LEG_1, "ACK", { toTag: "b" })
        .in(LEG_1, "BYE", { fromTag: "b", cseq: "7 BYE" })
        .out(LEG_1, "200 OK", { fromTag: "b", cseq: "7 BYE" }),
    );
    expect(arrows(layout).map((arrow) => /dialog \d/.exec(arrow)?.[0] ?? "none")).toEqual([
      "none",
      "none",
      "dialog 1",
      "dialog 2",
      "dialog 2",
      "dialog 2",
      "dialog 2",
      "dialog 2",
    ]);
  });

  it("says nothing of dialogs where a leg has one", () => {
    expect(arrows(drawn(forked())).join()).not.toContain("dialog");
  });

  it("lets a leg that joins later, after a transfer, live from its first message on", () => {
    const layout = drawn(
      forked()
        .in(LEG_2, "REFER", { ms: 1500, cseq: "1 REFER", fromTag: "b" })
        .out("0.call-3", "INVITE", { ms: 1520 })
        .in("0.call-3", "200 OK", { ms: 1900, toTag: "c" }),
    );
    const [third, refer] = [layout.lanes.at(-1), layout.rows.at(-3)];
    expect(third?.role).toBe("Leg 3");
    expect(third?.alive?.from).toBe(layout.rows.at(-2)?.y);
    expect(third?.alive?.from).toBeGreaterThan(refer?.y ?? 0);
    expect(layout.lanes[2]?.alive?.to).toBeLessThan(third?.alive?.from ?? 0);
  });

  it("counts what is sent again, at the first one and at each further one", () => {
    const layout = drawn(
      new TimelineBuilder()
        .in("caller", "INVITE")
        .in("caller", "INVITE", { ms: 500 })
        .in("caller", "INVITE", { ms: 1500 }),
    );
    expect(arrows(layout)).toEqual([
      "caller>switch INVITE 1 · ×3 · no answer",
      "caller>switch INVITE 1 · again, 2 of 3",
      "caller>switch INVITE 1 · again, 3 of 3",
    ]);
  });

  it("marks what was never answered, once the time for it has passed", () => {
    const call = new TimelineBuilder()
      .out(LEG_1, "INVITE")
      .out(LEG_2, "INVITE")
      .in(LEG_2, "180 Ringing", { toTag: "a" })
      .out("caller", "200 OK", { toTag: "x" })
      .out(LEG_2, "BYE", { cseq: "2 BYE" });
    expect(arrows(drawn(call))).toEqual([
      `switch>${LEG_1} INVITE 1 · no answer`,
      `switch>${LEG_2} INVITE 1 · no final answer`,
      `${LEG_2}>switch 180 Ringing 1 INVITE`,
      "switch>caller 200 OK 1 INVITE · no ACK",
      `switch>${LEG_2} BYE 2 · no answer`,
    ]);
    expect(arrows(drawn(call, 31_999)).join()).not.toContain("no ");
  });

  it("takes no answer of the other direction for one, where both sides count alike", () => {
    const call = new TimelineBuilder()
      .in("caller", "INVITE", { cseq: "2 INVITE" })
      .out("caller", "INVITE", { cseq: "2 INVITE" })
      .in("caller", "491 Request Pending", { cseq: "2 INVITE" })
      .out("caller", "ACK", { cseq: "2 ACK" });
    expect(arrows(drawn(call))[0]).toContain("no answer");
    expect(arrows(drawn(call))[1]).not.toContain("no answer");
  });

  it("draws a call with one leg only, with room for what the switch did at its right", () => {
    const layout = drawn(
      new TimelineBuilder().in("caller", "INVITE").note({ type: "fact", what: "answered", text: "" }),
    );
    expect(layout.lanes.map(({ id }) => id)).toEqual(["caller", "switch"]);
    expect(layout.width - (xOf(layout, "switch") ?? 0)).toBeGreaterThanOrEqual(300);
    expect(layout.rows[1]).toMatchObject({ type: "note", x: xOf(layout, "switch") });
  });

  it("puts whom the switch has called first where a caller would stand, in a call that it has begun", () => {
    const layout = drawn(new TimelineBuilder().out(LEG_1, "INVITE").in(LEG_1, "200 OK").out(LEG_2, "INVITE"));
    expect(layout.lanes.map(({ id }) => id)).toEqual([LEG_1, "switch", LEG_2]);
  });

  it("draws a call of which no message is kept", () => {
    const layout = drawn(new TimelineBuilder().note({ type: "fact", what: "answered", text: "" }));
    expect(layout.lanes.map(({ id }) => id)).toEqual(["switch"]);
    expect(layout.rows).toHaveLength(1);
  });

  it("puts a break in place of a long silence, and gives shorter ones their room", () => {
    const at = (ms: number) => {
      const { rows, breaks } = drawn(new TimelineBuilder().in("caller", "INVITE").out("caller", "180 Ringing", { ms }));
      return {
        gap: (rows[1]?.y ?? 0) - (rows[0]?.y ?? 0) - (rows[0]?.height ?? 0),
        breaks: breaks.map((one) => one.ms),
      };
    };
    expect(at(10).breaks).toEqual([]);
    expect(at(1000).gap).toBeGreaterThan(at(10).gap);
    expect(at(BREAK_MS)).toEqual({ gap: at(3_600_000).gap, breaks: [BREAK_MS] });
    expect(at(3_600_000).breaks).toEqual([3_600_000]);
  });

  it("says the time where it has moved on", () => {
    const { rows } = drawn(
      new TimelineBuilder().in("caller", "INVITE").out("caller", "100 Trying").out("caller", "180 Ringing", { ms: 20 }),
    );
    expect(rows.map(({ timeMs }) => timeMs)).toEqual([0, null, 20]);
  });

  it("becomes wider than the screen where lanes need it", () => {
    const call = new TimelineBuilder().in("caller", "INVITE");
    for (let leg = 1; leg <= 12; leg++) call.out(`0.call-${leg}`, "INVITE");
    const layout = drawn(call);
    expect(layout.width).toBeGreaterThan(WIDTH);
    expect(layout.lanes.at(-1)?.x).toBeLessThan(layout.width);
    expect(drawn(forked()).width).toBe(WIDTH);
  });

  it("lets only filtered entries take room", () => {
    const { lanes, entries } = ladderOf(
      forked()
        .in("caller", "INVITE", AGENT)
        .note({ type: "console", event: 1, level: "log", text: "hello" })
        .timeline(),
      LONG_AGO,
    );
    const count = (filter: object) =>
      layoutOf(lanes, filtered(entries, { ...everything, ...filter }), WIDTH).rows.length;
    expect(count({})).toBe(12);
    expect(count({ leg: LEG_1 })).toBe(4);
    expect(count({ hidesCopies: true })).toBe(11);
    expect(count({ kind: "sip" })).toBe(11);
    expect(count({ kind: "console" })).toBe(1);
    expect(count({ kind: "problems" })).toBe(3);
    expect(count({ text: "busy here" })).toBe(1);
  });

  it("finds the rows of a part of the height among two thousand", () => {
    const call = new TimelineBuilder();
    for (let turn = 0; turn < 1000; turn++) {
      call.in("caller", "OPTIONS", { cseq: `${turn} OPTIONS`, ms: turn * 10 });
      call.out("caller", "200 OK", { cseq: `${turn} OPTIONS` });
    }
    const { rows, height } = drawn(call);
    expect(rows).toHaveLength(2000);
    const { from, to } = rowsWithin(rows, height / 2, height / 2 + 600);
    expect(to - from).toBeLessThan(25);
    expect(rows[from]?.y).toBeLessThanOrEqual(height / 2);
    expect(rows[to]?.y).toBeGreaterThanOrEqual(height / 2 + 600);
    expect(rowsWithin(rows, -500, -100)).toEqual({ from: 0, to: 0 });
    expect(rowsWithin(rows, height, height + 100)).toEqual({ from: 2000, to: 2000 });
  });

  it("can be heard: what, from whom, to whom, when", () => {
    const { lanes, rows } = drawn(forked());
    const spoken = rows.map(({ entry }) => spokenOf(entry, lanes));
    expect(spoken[0]).toBe("INVITE 1, from Caller alice to the switch, at 0.000 s");
    expect(spoken[4]).toBe(`486 Busy Here 1 INVITE, from Leg 1 party-${LEG_1} to the switch, at 0.000 s`);
  });
});
