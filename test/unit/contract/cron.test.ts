import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CronTimes, parseCron } from "../../../runtime/contract/cron.ts";

function timesOf(cron: string, timeZone = "Europe/Berlin"): CronTimes {
  const parsed = parseCron(cron, timeZone);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

/** The next `count` times as they are in UTC. */
function timesAfter(times: CronTimes, start: string, count: number): string[] {
  const found: string[] = [];
  let at = Date.parse(start);
  while (found.length < count) {
    const next = times.next(at);
    if (next === null) return found;
    found.push(new Date(next).toISOString().slice(0, 16));
    at = next;
  }
  return found;
}

describe("the times of a schedule", () => {
  it("follow the clock on the wall: eight o'clock stays eight o'clock in summer and in winter", () => {
    const times = timesOf("0 8 * * *");
    expect(timesAfter(times, "2026-03-28T00:00:00Z", 2)).toEqual(["2026-03-28T07:00", "2026-03-29T06:00"]);
    expect(timesAfter(times, "2026-10-24T00:00:00Z", 2)).toEqual(["2026-10-24T06:00", "2026-10-25T07:00"]);
  });

  it("come right after the hour that is left out in spring", () => {
    expect(timesAfter(timesOf("30 2 * * *"), "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
  });

  it("come once in the hour that comes twice in autumn", () => {
    expect(timesAfter(timesOf("30 2 * * *"), "2026-10-24T00:00:00Z", 3)).toEqual([
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("go on each half hour, whatever the clocks do", () => {
    const times = timesOf("*/30 * * * *");
    expect(timesAfter(times, "2026-10-24T23:45:00Z", 5)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-25T01:00",
      "2026-10-25T01:30",
      "2026-10-25T02:00",
    ]);
    expect(timesAfter(times, "2026-03-29T00:15:00Z", 3)).toEqual([
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
  });

  it("keep to weekdays, and know names and nicknames", () => {
    expect(timesAfter(timesOf("0 8 * * MON-FRI"), "2026-01-02T12:00:00Z", 1)).toEqual(["2026-01-05T07:00"]);
    expect(timesAfter(timesOf("@daily", "UTC"), "2026-01-02T12:00:00Z", 1)).toEqual(["2026-01-03T00:00"]);
  });

  it("are the same looking back as looking ahead", () => {
    const cron = fc.constantFrom("30 2 * * *", "*/20 * * * *", "0 8 * * 1-5", "15 2-3 * * *", "0 0 L * *");
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu");
    const start = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(cron, zone, start, (expression, timeZone, from) => {
        const times = timesOf(expression, timeZone);
        const next = times.next(from) ?? 0;
        expect(next).toBeGreaterThan(from);
        expect(times.latest(next)).toBe(next);
        expect(times.latest(next - 1)).toBeLessThanOrEqual(from);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["* * * * * *", "UTC", "cron", /5 parts/],
    ["61 * * * *", "UTC", "cron", /is no schedule/],
    ["? 8 * * *", "UTC", "cron", /is no schedule/],
    ["every day", "UTC", "cron", /is no schedule/],
    ["", "UTC", "cron", /is no schedule/],
    ["0 0 30 2 *", "UTC", "cron", /never comes/],
    ["0 8 * * *", "Mars/Base", "timeZone", /no time zone "Mars\/Base"/],
  ])("refuse %j in %s", (cron, timeZone, field, message) => {
    const parsed = parseCron(cron, timeZone);
    if (parsed.ok) throw new Error("It was taken");
    expect(parsed.problem.field).toBe(field);
    expect(parsed.problem.message).toMatch(message);
  });
});
