/** A moment as prompts say it in English: "yesterday at three oh five P M", "Monday at …", "November twenty two at …". */
import type { PromptName } from "./catalogue.ts";
import { numberPrompts } from "./number-words.ts";

const DAY_MS = 24 * 3600 * 1000;
/** For so many days back the name of the day says which one is meant. */
const NAMED_DAYS = 6;

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

export interface SpokenTimeOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** An IANA name. Default: the zone of this machine. */
  readonly timeZone?: string;
}

/** `atMs`: milliseconds since 1970. */
export function timePrompts(atMs: number, { nowMs, timeZone }: SpokenTimeOptions): PromptName[] {
  const at = wallTime(atMs, timeZone);
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()];
  const minutes = minute === 0 ? [] : numberPrompts(minute);
  return [
    ...dayPrompts(at, wallTime(nowMs, timeZone)),
    "at",
    ...numberPrompts(hour % 12 || 12),
    ...(minute > 0 && minute < 10 ? (["oh"] as const) : []),
    ...minutes,
    hour < 12 ? "am" : "pm",
  ];
}

function dayPrompts(at: Date, now: Date): PromptName[] {
  const daysAgo = dayNumber(now) - dayNumber(at);
  if (daysAgo === 0) return ["today"];
  if (daysAgo === 1) return ["yesterday"];
  const weekday = WEEKDAYS[at.getUTCDay()];
  if (daysAgo > 0 && daysAgo <= NAMED_DAYS && weekday !== undefined) return [weekday];
  const month = MONTHS[at.getUTCMonth()];
  return [...(month === undefined ? [] : [month]), ...numberPrompts(at.getUTCDate())];
}

function dayNumber(wall: Date): number {
  return Math.floor(wall.getTime() / DAY_MS);
}

/** What the clock on the wall shows, as if it were UTC. */
function wallTime(atMs: number, timeZone: string | undefined): Date {
  const format = new Intl.DateTimeFormat("en-US", {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
    timeZone,
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return new Date(Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")));
}
