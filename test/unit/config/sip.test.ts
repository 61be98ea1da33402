import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string) {
  const parsed = parseConfig(text, "/etc/strowger/strowger.yaml", {});
  if (parsed.ok) return parsed.value.sip;
  return parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("sip in the configuration", () => {
  it.each([
    ["", { sessionExpires: 1800, minSE: 90 }],
    ["sip: { sessionExpires: false }", { sessionExpires: null, minSE: 90 }],
    ["sip: { sessionExpires: 600, minSE: 120 }", { sessionExpires: 600, minSE: 120 }],
  ])("%j is read", (text, sip) => {
    expect(read(`${text}\n`)).toEqual(sip);
  });

  it.each([
    ["sip: { sessionExpires: 60 }", "1:24 sip.sessionExpires: a session of 60 s is shorter than minSE, which is 90 s"],
    ["sip: { minSE: 1 }", "1:15 sip.minSE: expected at least 2, found the number 1"],
    [
      "sip: { sessionExpires: soon }",
      '1:24 sip.sessionExpires: expected a number of seconds from 2 to 86400, or false, found text "soon"',
    ],
  ])("%j names the key and what is wrong", (text, problem) => {
    expect(read(`${text}\n`)).toEqual([problem]);
  });
});
