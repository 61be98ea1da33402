import { describe, expect, it } from "vitest";
import { columnsIn, withColumn } from "../../../../runtime/console/pages/cdrs/column-choice.ts";
import { addressOf, isNarrowed, queryOf, searchOf } from "../../../../runtime/console/pages/cdrs/search.ts";

/** In the time of this machine, as a browser has it. */
const NOW = new Date(2026, 10, 27, 14, 30);
const asked = (address: string) => searchOf(new URLSearchParams(address));
const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

describe("A search of call records", () => {
  it("is of the last seven days where the address says nothing", () => {
    expect(queryOf(asked(""), NOW)).toMatchObject({ since: local(2026, 10, 21), until: null, from: "", result: "" });
    expect(isNarrowed(asked(""))).toBe(false);
  });

  it.each([
    ["hour", local(2026, 10, 27, 13, 30), null],
    ["today", local(2026, 10, 27), null],
    ["yesterday", local(2026, 10, 26), local(2026, 10, 27)],
    ["month", local(2026, 9, 29), null],
    ["all", null, null],
  ])("has a range %s that counts days as the browser does", (range, since, until) => {
    expect(queryOf(asked(`range=${range}`), NOW)).toMatchObject({ since, until });
  });

  it("takes times of its own, and leaves out what is none", () => {
    const search = asked("range=other&since=2026-11-01T08:00&until=never");
    expect(queryOf(search, NOW)).toMatchObject({ since: local(2026, 10, 1, 8, 0), until: null });
  });

  it("takes what the address says, but for what it cannot mean", () => {
    const search = asked("from=%2B4930&to=bob&trunk=carrier&script=main&result=answered");
    expect(search).toMatchObject({ from: "+4930", to: "bob", trunk: "carrier", script: "main", result: "answered" });
    expect(isNarrowed(search)).toBe(true);
    expect(asked("result=odd&range=odd")).toMatchObject({ result: "", range: "week" });
  });

  it("keeps the address short", () => {
    expect(addressOf("range", "week")).toBe(null);
    expect(addressOf("range", "today")).toBe("today");
    expect(addressOf("from", "")).toBe(null);
  });
});

describe("The choice of columns", () => {
  it("is what was kept, in the order of the table, and the usual ones for a newcomer", () => {
    expect(columnsIn("to,id,nonsense,from")).toEqual(["from", "to", "id"]);
    expect(columnsIn(null)).toContain("began");
    expect(columnsIn("nonsense")).toEqual(columnsIn(null));
  });

  it("adds and takes away, but never the last one", () => {
    expect(withColumn(["from", "to"], "began", true)).toEqual(["began", "from", "to"]);
    expect(withColumn(["from", "to"], "to", false)).toEqual(["from"]);
    expect(withColumn(["from"], "from", false)).toEqual(["from"]);
  });
});
