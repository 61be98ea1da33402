import { hours } from "strowger";
import { describe, expect, it } from "vitest";

const office = hours({
  timeZone: "Europe/Berlin",
  week: { "mon-thu": ["09:00-12:00", "13:00-17:00"], fri: "09:00-15:00", sat: "22:00-02:00" },
  holidays: { "2026-12-24": "09:00-11:00", "12-25": "closed", "01-01": [] },
});

const at = (text: string): Date => new Date(text);

describe("Opening hours", () => {
  it.each([
    ["on a Monday morning", "2026-11-23T09:00:00+01:00", true],
    ["in the minute before", "2026-11-23T08:59:59+01:00", false],
    ["at lunch", "2026-11-23T12:00:00+01:00", false],
    ["after lunch", "2026-11-23T13:00:00+01:00", true],
    ["on a Friday at four", "2026-11-27T16:00:00+01:00", false],
    ["on Saturday night", "2026-11-28T23:30:00+01:00", true],
    ["past midnight", "2026-11-29T01:59:00+01:00", true],
    ["when that night is over", "2026-11-29T02:00:00+01:00", false],
    ["on a holiday that is open for less", "2026-12-24T10:59:00+01:00", true],
    ["later on that holiday", "2026-12-24T14:00:00+01:00", false],
    ["on a holiday of each year", "2026-12-25T10:00:00+01:00", false],
    ["in the summer", "2026-07-06T09:00:00+02:00", true],
  ])("are told %s", (_, time, open) => {
    expect(office.isOpen(at(time))).toBe(open);
    expect(office.isOpen(at(time).getTime())).toBe(open);
  });

  it("say when they begin, over a weekend and over holidays", () => {
    expect(office.opensAt(at("2026-11-23T12:30:00+01:00"))).toEqual(at("2026-11-23T13:00:00+01:00"));
    expect(office.opensAt(at("2026-11-29T12:00:00+01:00"))).toEqual(at("2026-11-30T09:00:00+01:00"));
    expect(office.opensAt(at("2026-12-24T12:00:00+01:00"))).toEqual(at("2026-12-26T22:00:00+01:00"));
    expect(office.opensAt(at("2026-11-23T10:00:00+01:00"))).toBeNull();
  });

  it("say when they end", () => {
    expect(office.closesAt(at("2026-11-23T10:00:00+01:00"))).toEqual(at("2026-11-23T12:00:00+01:00"));
    expect(office.closesAt(at("2026-11-28T22:30:00+01:00"))).toEqual(at("2026-11-29T02:00:00+01:00"));
    expect(office.closesAt(at("2026-11-23T12:30:00+01:00"))).toBeNull();
  });

  it("join spans that meet, and never end where they are always", () => {
    const joined = hours({ timeZone: "UTC", week: { mon: ["08:00-12:00", "12:00-24:00"], tue: "00:00-01:00" } });
    expect(joined.closesAt(at("2026-11-23T09:00:00Z"))).toEqual(at("2026-11-24T01:00:00Z"));
    const always = hours({ timeZone: "UTC", week: { "mon-sun": "00:00-24:00" } });
    expect(always.isOpen()).toBe(true);
    expect(always.closesAt()).toBeNull();
    expect(hours({ timeZone: "UTC", week: {} }).opensAt()).toBeNull();
  });

  it("go round the end of the week", () => {
    const weekend = hours({ timeZone: "UTC", week: { "sat-mon": "10:00-11:00" } });
    const open = [21, 22, 23, 24].map((day) => weekend.isOpen(at(`2026-11-${day}T10:30:00Z`)));
    expect(open).toEqual([true, true, true, false]);
  });

  it("follow the clocks when they are put forward and back", () => {
    const night = hours({ timeZone: "Europe/Berlin", week: { "mon-sun": "01:30-03:30" } });
    // 2026-03-29: 02:00 is 03:00. Two hours by the clock are one.
    expect(night.opensAt(at("2026-03-29T00:00:00+01:00"))).toEqual(at("2026-03-29T01:30:00+01:00"));
    expect(night.closesAt(at("2026-03-29T01:45:00+01:00"))).toEqual(at("2026-03-29T03:30:00+02:00"));
    // 2026-10-25: 03:00 is 02:00 once more.
    expect(night.closesAt(at("2026-10-25T01:45:00+02:00"))).toEqual(at("2026-10-25T03:30:00+01:00"));
    // 02:30 is skipped: half an hour after two is half an hour after what two has become.
    const skipped = hours({ timeZone: "Europe/Berlin", week: { "mon-sun": "02:30-05:00" } });
    expect(skipped.opensAt(at("2026-03-29T00:00:00+01:00"))).toEqual(at("2026-03-29T03:30:00+02:00"));
  });

  it("are as good on the other side of the date line", () => {
    const auckland = hours({ timeZone: "Pacific/Auckland", week: { mon: "08:00-17:00" } });
    expect(auckland.isOpen(at("2026-11-22T19:30:00Z"))).toBe(true);
    expect(auckland.isOpen(at("2026-11-23T19:30:00Z"))).toBe(false);
  });

  it.each([
    [{ timeZone: "Mars/Olympus", week: {} }, 'timeZone: there is no time zone "Mars/Olympus"'],
    [{ timeZone: "UTC", week: { monday: "09:00-17:00" } }, 'week["monday"]'],
    [{ timeZone: "UTC", week: { mon: "9-17" } }, 'week["mon"]: "9-17"'],
    [{ timeZone: "UTC", week: { mon: "09:00-24:30" } }, 'week["mon"]: "09:00-24:30"'],
    [{ timeZone: "UTC", week: { "mon-fri": "closed", tue: "09:00-17:00" } }, '"tue" is there twice'],
    [{ timeZone: "UTC", week: {}, holidays: { "24.12.": "closed" } }, 'holidays["24.12."]'],
  ])("name the field that is wrong: %j", (options, message) => {
    // The types refuse most of these; a script in JavaScript has none.
    expect(() => hours(options as Parameters<typeof hours>[0])).toThrow(message);
  });
});
