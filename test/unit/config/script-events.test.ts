// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in the configuration look like this.
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../runtime/config/load.ts";

function parse(text: string) {
  return parseConfig(text, "/etc/strowger/strowger.yaml", { HOOK: "a-secret-of-the-hook" });
}

function problems(text: string): string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("what the configuration says of the events of a script", () => {
  it("is the token and the rate of requests, and schedules", () => {
    const parsed = parse(`
scripts:
  desk:
    http: { token: "\${HOOK}", perSecond: 5 }
    schedules:
      - { name: open, cron: "0 8 * * 1-5", timeZone: Europe/Berlin }
      - { name: sweep, cron: "@hourly" }
  other: {}
`);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
    const [desk, other] = parsed.value.scripts;
    expect(desk).toMatchObject({
      name: "desk",
      http: { token: "a-secret-of-the-hook", perSecond: 5 },
      schedules: [
        { name: "open", cron: "0 8 * * 1-5", timeZone: "Europe/Berlin" },
        { name: "sweep", cron: "@hourly", timeZone: "UTC" },
      ],
    });
    expect(other).toMatchObject({ http: { token: null, perSecond: 100 }, schedules: [] });
  });

  it("is refused with its place where it cannot be", () => {
    const text = `
scripts:
  desk:
    http: { token: short }
    schedules:
      - { name: open, cron: "0 25 * * *" }
      - { name: open, cron: "0 8 * * *", timeZone: Europe/Berln }
      - { name: open, cron: "0 8 * * *" }
`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^4:20 scripts\.desk\.http\.token: a token has 8 to 256/),
      expect.stringMatching(/^6:29 scripts\.desk\.schedules\[0\]\.cron: "0 25 \* \* \*" is no schedule/),
      expect.stringMatching(/^7:52 scripts\.desk\.schedules\[1\]\.timeZone: there is no time zone "Europe\/Berln"/),
    ]);
    expect(
      problems(`scripts: { desk: { schedules: [{ name: a, cron: "@daily" }, { name: a, cron: "@daily" }] } }`),
    ).toEqual([expect.stringMatching(/schedules\[1\]\.name: a schedule named text "a" stands twice/)]);
  });
});
