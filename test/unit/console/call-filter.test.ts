import { describe, expect, it } from "vitest";
import { filterCalls, sortCalls, trunksOf } from "../../../runtime/console/pages/live/call-filter.ts";
import { call } from "./call.ts";

const any = { text: "", state: "", script: "" };
const leg = {
  id: "l1",
  target: "trunk:carrier/+4930",
  uri: "sip:+4930@gw.example.net",
  state: "answered",
  trunk: "carrier",
} as const;
const calls = [
  call({ id: "1", from: "sip:alice@example.com", state: "ringing", startedAt: "2026-01-01T00:00:01Z" }),
  call({
    id: "2",
    from: "sip:bob@example.com",
    user: "bob",
    script: "night",
    startedAt: "2026-01-01T00:00:03Z",
    legs: [leg],
  }),
  call({
    id: "3",
    from: "sip:carol@example.com",
    user: null,
    tags: { queue: "sales" },
    startedAt: "2026-01-01T00:00:02Z",
  }),
];
const found = (filter: Partial<typeof any>) => filterCalls(calls, { ...any, ...filter }).map(({ id }) => id);

describe("The filter of live calls", () => {
  it.each([
    ["everything", {}, ["1", "2", "3"]],
    ["a caller, whatever the case", { text: "ALICE" }, ["1"]],
    ["the target of a leg", { text: "gw.example.net" }, ["2"]],
    ["a tag", { text: "sales" }, ["3"]],
    ["several words that are all there", { text: " carol  queue " }, ["3"]],
    ["words that are not all there", { text: "carol alice" }, []],
    ["a state", { state: "ringing" }, ["1"]],
    ["a script", { script: "night" }, ["2"]],
  ])("finds by %s", (_by, filter, ids) => {
    expect(found(filter)).toEqual(ids);
  });

  it.each([
    ["started", "descending", ["2", "3", "1"]],
    ["started", "ascending", ["1", "3", "2"]],
    ["from", "ascending", ["1", "2", "3"]],
    ["script", "descending", ["2", "3", "1"]],
  ] as const)("sorts by %s, %s", (column, direction, ids) => {
    expect(sortCalls([...calls], { column, direction }).map(({ id }) => id)).toEqual(ids);
  });

  it("names each trunk of a call once", () => {
    expect(trunksOf(call({ trunk: "carrier", legs: [leg, { ...leg, trunk: "backup" }] }))).toEqual([
      "carrier",
      "backup",
    ]);
  });
});
