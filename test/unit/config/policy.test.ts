import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function read(text: string) {
  const parsed = parseConfig(text, "/etc/strowger/strowger.yaml", {});
  if (parsed.ok) return parsed.value.scripts.map(({ name, policy }) => ({ name, policy }));
  return parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("the policy of a script in the configuration", () => {
  it("takes every key, and is none where nothing is said", () => {
    const text = `
scripts:
  desk:
    policy:
      destinations: { users: false, countries: [de, UK], prefixes: ["+4930", "20"], denyPrefixes: ["+49900"], hosts: ["*.example.net", "sip.example.com:5080"] }
      maxConcurrentCalls: 0
      callsPerSecond: 0.5
      maxSeconds: 600
      dailyBudget: { calls: 100, minutes: 90.5 }
      originate: { max: 1 }
      fetchHosts: []
  night: {}
`;
    expect(read(text)).toEqual([
      {
        name: "desk",
        policy: {
          destinations: {
            users: false,
            countries: ["DE", "GB"],
            prefixes: ["+4930", "20"],
            denyPrefixes: ["+49900"],
            hosts: ["*.example.net", "sip.example.com:5080"],
          },
          maxConcurrentCalls: 0,
          callsPerSecond: 0.5,
          maxSeconds: 600,
          dailyBudget: { calls: 100, minutes: 90.5 },
          originate: { max: 1 },
          fetchHosts: [],
        },
      },
      { name: "night", policy: null },
    ]);
  });

  it("is refused with the place of what is wrong", () => {
    const text = `scripts:
  desk: { policy: { destinations: { countries: [Germany, XQ], prefixes: ["030 1"], hosts: ["sip:x@y"] } } }
  night: { policy: { maxConcurentCalls: 5, dailyBudget: { minutes: -1 }, callsPerSecond: 0 } }
`;
    expect(read(text)).toEqual([
      '2:49 scripts.desk.policy.destinations.countries[0]: expected the two letters of a country such as DE or US, found text "GERMANY"',
      '2:58 scripts.desk.policy.destinations.countries[1]: expected the two letters of a country such as DE or US, found text "XQ"',
      '2:74 scripts.desk.policy.destinations.prefixes[0]: expected the beginning of a number such as +4930, found text "030 1"',
      '2:92 scripts.desk.policy.destinations.hosts[0]: expected a host such as api.example.com, *.example.com or localhost:8000, found text "sip:x@y"',
      expect.stringMatching(/^3:22 scripts\.night\.policy.*did you mean "maxConcurrentCalls"\?/),
      expect.stringMatching(/^3:68 scripts\.night\.policy\.dailyBudget\.minutes: /),
      expect.stringMatching(/^3:90 scripts\.night\.policy\.callsPerSecond: /),
    ]);
  });

  it("is of a day in a time zone that there is", () => {
    expect(read("timeZone: Mars/Olympus\n")).toEqual([
      '1:11 timeZone: expected a time zone such as Europe/Berlin, found text "Mars/Olympus"',
    ]);
  });
});
