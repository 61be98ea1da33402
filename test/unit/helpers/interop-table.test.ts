import { describe, expect, it } from "vitest";
import { type InteropResult, interopTable } from "../../helpers/interop-table.ts";

const results: InteropResult[] = [
  { shown: { baresip: ["register", "call"] }, state: "passed" },
  { shown: { SIPp: ["call"], Kamailio: ["trunk", "call"] }, state: "passed" },
  { shown: { SIPp: ["call", "TLS"] }, state: "failed" },
  { shown: { SIPp: ["call"], linphone: ["hold"] }, state: "skipped" },
];

describe("the table of real clients", () => {
  it("says what each has shown; one failure outweighs, and what was skipped is not there", () => {
    expect(interopTable(results)).toEqual([
      "            baresip  SIPp  Kamailio",
      "  register     ✓      -       -",
      "  call         ✓      ✗       ✓",
      "  TLS          -      ✗       -",
      "  trunk        -      -       ✓",
    ]);
  });

  it("is the same in whatever order the tests have ended", () => {
    expect(interopTable(results.toReversed())).toEqual(interopTable(results));
  });

  it("is nothing where no real client has run", () => {
    expect(interopTable([{ shown: { sipsak: ["OPTIONS"] }, state: "skipped" }])).toEqual([]);
  });
});
