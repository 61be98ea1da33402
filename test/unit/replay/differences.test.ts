import { describe, expect, it } from "vitest";
import { differencesOf } from "../../../runtime/replay/differences.ts";

describe("The differences of two decisions", () => {
  it("are none where the data are the same, in whatever order their fields stand", () => {
    expect(differencesOf([{ type: "reject", code: 486 }], [{ code: 486, type: "reject" }])).toEqual([]);
    expect(differencesOf(undefined, undefined)).toEqual([]);
  });

  it("are named by their paths, each with both values", () => {
    const recorded = [{ type: "forward", targets: ["alice", "bob"], headers: { "X-A": "1" } }];
    const replayed = [
      { type: "forward", targets: ["alice"], headers: { "X-A": "2" }, ringSeconds: 20 },
      { type: "hangup" },
    ];
    expect(differencesOf(recorded, replayed)).toEqual([
      { path: "$[0].targets[1]", recorded: "bob" },
      { path: '$[0].headers["X-A"]', recorded: "1", replayed: "2" },
      { path: "$[0].ringSeconds", replayed: 20 },
      { path: "$[1]", replayed: { type: "hangup" } },
    ]);
  });

  it("tell a list from an object, null from nothing, and a plan from none", () => {
    expect(differencesOf([], {})).toEqual([{ path: "$", recorded: [], replayed: {} }]);
    expect(differencesOf({ a: null }, {})).toEqual([{ path: "$.a", recorded: null }]);
    expect(differencesOf([{ type: "hangup" }], undefined)).toEqual([{ path: "$", recorded: [{ type: "hangup" }] }]);
  });

  it("are bounded in number and in size", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, n]));
    expect(differencesOf(many, {})).toHaveLength(20);
    const [long] = differencesOf("x".repeat(10_000), "y");
    expect(String(long?.recorded).length).toBeLessThan(600);
  });
});
