/** Time of day in a time zone, and back. Clocks that are put forward skip an hour, those that are put back have one twice. */

export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** A time zone, ready to be asked. */
export type Zone = Intl.DateTimeFormat;

const DAY_MS = 24 * 60 * 60_000;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** Throws a `TypeError` where there is no such zone. */
export function zoneOf(timeZone: string): Zone {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new TypeError(`hours: timeZone: there is no time zone "${timeZone}"; names are like "Europe/Berlin"`);
  }
}

/** What calendars in the zone show at this instant (milliseconds since 1970). */
export function localTime(zone: Zone, at: number): CalendarDate {
  const local = new Date(at + offsetAt(zone, at));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** The instant at which clocks in the zone show this time. One that they skip is as long after midnight as it says. */
export function instantOf(zone: Zone, { year, month, day }: CalendarDate, minutes: number): number {
  const local = Date.UTC(year, month - 1, day, 0, minutes);
  const guess = local - offsetAt(zone, local);
  const second = local - offsetAt(zone, guess);
  // Where the two differ, a change of the clocks lies between them; the earlier offset is that of the day so far.
  if (second === guess || local - offsetAt(zone, second) === second) return second;
  return Math.max(guess, second);
}

export function dayAfter({ year, month, day }: CalendarDate, days: number): CalendarDate {
  const date = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function weekdayOf({ year, month, day }: CalendarDate): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? "sun";
}

/** How far clocks in the zone are ahead of UTC, in milliseconds. */
function offsetAt(zone: Zone, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of zone.formatToParts(at)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
