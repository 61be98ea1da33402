import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RequestError } from "../../../../runtime/base/errors.ts";
import type { AllowedSource, Ban } from "../../../../runtime/port/guard.ts";
import { type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { type Ran, runStrowger } from "./run-strowger.ts";

const SINCE = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

describe("strowger guard", () => {
  let api: FakeSwitch;
  const bans = new Map<string, Ban>();
  const allowed = new Map<string, AllowedSource>();

  beforeEach(async () => {
    bans.clear();
    allowed.clear();
    const use = { of: "user", name: "alice", isNight: true, calls: 1, callsToday: 7, minutesToday: 12.34 } as const;
    api = await startFakeSwitch({
      guard: {
        status: () => ({
          ...{ bans: bans.size, sources: 12, knownSources: 3, refused: { banned: 1000 } },
          ...{ allow: [], deny: ["203.0.113.0/24"], exempt: [] },
        }),
        bans: () => [...bans.values()],
        async ban({ source, seconds, reason, by }) {
          const until = seconds === null ? null : SINCE + seconds * 1000;
          const ban = { source, reason, since: SINCE, until, by, offences: 1 };
          bans.set(source, ban);
          return ban;
        },
        async lift(source) {
          if (!bans.delete(source)) throw new RequestError("not-found", `${source} is not banned.`);
        },
        allowed: () => [...allowed.values()],
        async allow(source) {
          allowed.set(source.source, { ...source, since: SINCE });
          return { ...source, since: SINCE };
        },
        async disallow(source) {
          allowed.delete(source);
        },
      },
      budgets: { uses: () => [{ ...use, resetsAt: new Date(SINCE + HOUR_MS).toISOString() }] },
      redactions: {
        redact: async (name) => ({ cdrs: name.length, journal: 2, recordings: 0, voicemails: 1, messages: 0 }),
      },
    });
  });
  afterEach(() => api.close());

  const run = (...args: readonly string[]): Promise<Ran> => runStrowger(args, { url: api.url });

  it("bans a network for a time, lists it, and lifts the ban", async () => {
    const banned = await run("guard", "ban", "198.51.100.0/24", "--minutes", "60", "--reason", "noise");
    expect([banned.code, banned.stdout]).toEqual([0, "198.51.100.0/24 is banned until 2026-01-01T01:00:00.000Z.\n"]);
    const listed = await run("guard", "bans");
    expect(listed.stdout).toMatch(/^SOURCE .*\n198\.51\.100\.0\/24 +2026-01-01T01:00:00\.000Z +admin +1 +noise$/m);
    const lifted = await run("guard", "lift", "198.51.100.0/24");
    expect([lifted.code, lifted.stdout, bans.size]).toEqual([0, "198.51.100.0/24 is heard again.\n", 0]);
    const again = await run("guard", "lift", "198.51.100.0/24");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is not banned")]);
    expect((await run("guard", "bans")).stdout).toBe("Nobody is banned.\n");
  });

  it("refuses a time that is none, and prints JSON where it is asked to", async () => {
    expect((await run("guard", "ban", "192.0.2.1", "--minutes", "soon")).code).toBe(2);
    const banned = await run("guard", "ban", "192.0.2.1", "--json");
    expect(JSON.parse(banned.stdout)).toMatchObject({ source: "192.0.2.1", until: null, by: "admin" });
  });

  it("keeps the list of those that are never banned", async () => {
    expect((await run("guard", "allow", "192.0.2.7", "--reason", "office")).stdout).toBe(
      "192.0.2.7 is never banned.\n",
    );
    expect((await run("guard", "allowed")).stdout).toMatch(/192\.0\.2\.7 +admin +2026-01-01T00:00:00\.000Z +office/);
    await run("guard", "disallow", "192.0.2.7");
    expect(allowed.size).toBe(0);
  });

  it("shows what was refused, and what was used of budgets", async () => {
    expect((await run("guard")).stdout).toContain("refused        banned: 1000");
    expect((await run("guard", "budgets")).stdout).toMatch(/user +alice +1 +7 +12\.3 +night/);
  });

  it("is nothing for a token that may not see it", async () => {
    const created = await api.send("POST", "/v1/tokens", { json: { name: "reader", scopes: ["calls:read"] } });
    const { code, stderr } = await runStrowger(["guard", "bans"], { url: api.url, token: created.body.secret });
    expect([code, stderr]).toEqual([5, expect.stringContaining("guard:read")]);
  });

  it("redacts a person where it is meant", async () => {
    expect((await run("redact", "carol")).code).toBe(2);
    const { code, stdout } = await run("redact", "carol", "--yes");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/call records +5\n[\s\S]*voicemails +1/)]);
  });
});
