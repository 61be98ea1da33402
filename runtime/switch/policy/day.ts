/** The day that it is in a time zone. */
import { dayAfter, instantOf, localTime, type Zone, zoneOf } from "../../../sdk/zoned-time.ts";

export interface Day {
  /** `2026-01-31`. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

export class Calendar {
  readonly timeZone: string;
  readonly #zone: Zone;
  #day: Day | null = null;

  /** Throws a `TypeError` where there is no such zone. */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#zone = zoneOf(timeZone);
  }

  get zone(): Zone {
    return this.#zone;
  }

  /** The same object as long as it is the same day. */
  dayAt(now: number): Day {
    const known = this.#day;
    if (known !== null && now >= known.start && now < known.end) return known;
    const date = localTime(this.#zone, now);
    const key = [String(date.year).padStart(4, "0"), twoDigits(date.month), twoDigits(date.day)].join("-");
    const day = { key, start: instantOf(this.#zone, date, 0), end: instantOf(this.#zone, dayAfter(date, 1), 0) };
    this.#day = day;
    return day;
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
