/**
 * `hours`: opening hours with holidays in a time zone, right also on the days on which clocks change. Made once, at the
 * top of a script, and asked at each call.
 */
import { type CalendarDate, dayAfter, instantOf, localTime, weekdayOf, zoneOf } from "./zoned-time.ts";

export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/**
 * From when to when it is open, `"09:00-17:00"`, or several of these. `"00:00-24:00"` is the whole day; an end that is not
 * after its start is on the next day, `"22:00-02:00"`. An empty list, or `"closed"`: not at all.
 */
export type OpenSpans = string | readonly string[];

export interface HoursOptions {
  /** IANA name: `"Europe/Berlin"`. */
  readonly timeZone: string;
  /** By day, or by days in a row: `{ "mon-fri": "09:00-17:00", sat: ["10:00-12:00", "13:00-14:00"] }`. What is not named is closed. */
  readonly week: { readonly [Days in Weekday | `${Weekday}-${Weekday}`]?: OpenSpans };
  /** Days that differ, by date: `"2026-12-24"`, or `"12-25"` for each year. They take the place of the day of the week. */
  readonly holidays?: Readonly<Record<string, OpenSpans>>;
}

export interface Hours {
  /** Whether it is open, now or at another time (a `Date` or milliseconds since 1970). */
  isOpen(at?: Date | number): boolean;
  /** When it opens next, while it is closed; now is left out of it: `null` where it is open, or not open within a year. */
  opensAt(at?: Date | number): Date | null;
  /** When it closes, while it is open; `null` where it is closed, or never closes. */
  closesAt(at?: Date | number): Date | null;
}

const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MINUTES = 24 * 60;
/** How far ahead an opening or a closing is looked for. */
const LOOK_DAYS = 366;
const SPAN = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;
const DATE = /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Minutes since midnight; `to` is beyond the day where it is past midnight. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds since 1970. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Opening hours. Throws a `TypeError` that names the field where one is not what it must be: at the top of a script, the
 * upload is refused with it.
 *
 * @example
 * const office = hours({ timeZone: "Europe/Berlin", week: { "mon-fri": "09:00-17:00" }, holidays: { "12-25": "closed" } });
 *
 * invite: (call) => (office.isOpen() ? forward("reception") : voicemail("reception")),
 */
export function hours(options: HoursOptions): Hours {
  const zone = zoneOf(options.timeZone);
  const week = readWeek(options.week);
  const holidays = readHolidays(options.holidays ?? {});

  const spansOn = (date: CalendarDate): readonly Span[] => {
    const text = isoDate(date);
    return holidays.get(text) ?? holidays.get(text.slice(5)) ?? week[weekdayOf(date)] ?? [];
  };
  /** The open times of the day, as instants. */
  const intervalsOn = (date: CalendarDate): Interval[] =>
    spansOn(date).map(({ from, to }) => ({ from: instantOf(zone, date, from), to: instantOf(zone, date, to) }));
  /** The days around an instant: what opens before midnight may close after it. */
  const around = (at: number): { yesterday: CalendarDate; today: CalendarDate } => {
    const today = localTime(zone, at);
    return { today, yesterday: dayAfter(today, -1) };
  };
  const openUntil = (at: number): number | undefined => {
    const { yesterday, today } = around(at);
    const open = [...intervalsOn(yesterday), ...intervalsOn(today)].filter(({ from, to }) => from <= at && at < to);
    return open.length === 0 ? undefined : Math.max(...open.map(({ to }) => to));
  };

  return {
    isOpen: (at = Date.now()) => openUntil(Number(at)) !== undefined,
    opensAt(at = Date.now()) {
      const now = Number(at);
      if (openUntil(now) !== undefined) return null;
      let { yesterday: date } = around(now);
      for (let day = 0; day <= LOOK_DAYS + 1; day++, date = dayAfter(date, 1)) {
        const starts = intervalsOn(date).flatMap(({ from, to }) => (from > now && to > from ? [from] : []));
        if (starts.length > 0) return new Date(Math.min(...starts));
      }
      return null;
    },
    closesAt(at = Date.now()) {
      const now = Number(at);
      let end = openUntil(now);
      if (end === undefined) return null;
      // Spans that meet are one.
      for (let next = openUntil(end); next !== undefined; next = openUntil(end)) {
        end = next;
        if (end - now > LOOK_DAYS * DAY_MINUTES * 60_000) return null;
      }
      return new Date(end);
    },
  };
}

function readWeek(week: HoursOptions["week"]): Partial<Record<Weekday, readonly Span[]>> {
  const spans: Partial<Record<Weekday, readonly Span[]>> = {};
  for (const [days, open] of Object.entries(week)) {
    const [first = "", last = first, ...rest] = days.split("-");
    const from = WEEKDAYS.indexOf(first as Weekday);
    const to = WEEKDAYS.indexOf(last as Weekday);
    if (from < 0 || to < 0 || rest.length > 0) {
      throw new TypeError(
        `hours: week["${days}"]: a day is one of ${WEEKDAYS.join(", ")}, days in a row are "mon-fri"`,
      );
    }
    const read = readSpans(`week["${days}"]`, open);
    for (let day = from; ; day = (day + 1) % WEEKDAYS.length) {
      const name = WEEKDAYS[day] as Weekday;
      if (spans[name] !== undefined) throw new TypeError(`hours: week["${days}"]: "${name}" is there twice`);
      spans[name] = read;
      if (day === to) break;
    }
  }
  return spans;
}

function readHolidays(holidays: Readonly<Record<string, OpenSpans>>): ReadonlyMap<string, readonly Span[]> {
  return new Map(
    Object.entries(holidays).map(([date, open]) => {
      if (!DATE.test(date)) {
        throw new TypeError(`hours: holidays["${date}"]: a date is "2026-12-24", or "12-25" for each year`);
      }
      return [date, readSpans(`holidays["${date}"]`, open)];
    }),
  );
}

function readSpans(field: string, open: OpenSpans | undefined): readonly Span[] {
  const texts = typeof open === "string" ? [open] : (open ?? []);
  return texts.flatMap((text) => {
    if (text === "closed") return [];
    const [from, to] = minutesOf(text) ?? [];
    if (from === undefined || to === undefined || from >= DAY_MINUTES || to > DAY_MINUTES) {
      throw new TypeError(`hours: ${field}: "${text}" is not a time of opening: "09:00-17:00", or "closed"`);
    }
    return [{ from, to: to > from ? to : to + DAY_MINUTES }];
  });
}

function minutesOf(text: string): [from: number, to: number] | undefined {
  const match = SPAN.exec(text);
  if (match === null) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  return [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
}

function isoDate({ year, month, day }: CalendarDate): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
