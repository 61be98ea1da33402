/** When a cron expression comes due in a time zone: the five fields, and the two days a year on which clocks change. */
import { Cron } from "croner";
import { fail, ok, type Result } from "../base/result.ts";

/** Expressions are checked against one fixed moment: whether a time ever comes does not depend on today. */
const SOME_TIME = new Date(Date.UTC(2000, 0, 1));
const SECOND_MS = 1000;
/** `?` would stand for the moment at which the expression is read, another one after each restart. */
const WRITTEN = /^[\w*,/#+@ \t-]+$/;

/**
 * The times of an expression. A time of day that a change of clocks leaves out comes right after it, one that comes
 * twice is taken once; what repeats by the hour or the minute (`*`, a step) follows the clock on the wall.
 */
export class CronTimes {
  readonly #cron: Cron;

  constructor(cron: Cron) {
    this.#cron = cron;
  }

  /** The first time after this one, in milliseconds since 1970; `null` where none will come. */
  next(afterMs: number): number | null {
    return this.#cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  }

  /** The last time up to this one, it included. */
  latest(untilMs: number): number | null {
    const nextSecond = (Math.floor(untilMs / SECOND_MS) + 1) * SECOND_MS;
    return this.#cron.previousRuns(1, new Date(nextSecond))[0]?.getTime() ?? null;
  }
}

/** The problem names the field that is wrong, `cron` or `timeZone`. */
export function parseCron(
  cron: string,
  timeZone: string,
): Result<CronTimes, { readonly field: "cron" | "timeZone"; readonly message: string }> {
  if (!isTimeZone(timeZone)) {
    const message = `there is no time zone ${JSON.stringify(timeZone)}: write one such as Europe/Berlin, or UTC`;
    return fail({ field: "timeZone", message });
  }
  const example = "write minute, hour, day of the month, month and day of the week, such as 0 8 * * 1-5";
  if (!WRITTEN.test(cron))
    return fail({ field: "cron", message: `${JSON.stringify(cron)} is no schedule: ${example}` });
  try {
    const times = new CronTimes(
      new Cron(cron, { timezone: timeZone, mode: "5-part", fixedTimeRule: "no-wildcard", paused: true }),
    );
    if (times.next(SOME_TIME.getTime()) !== null) return ok(times);
    return fail({ field: "cron", message: `the time of ${JSON.stringify(cron)} never comes` });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^\w+: /, "") : String(error);
    return fail({ field: "cron", message: `${JSON.stringify(cron)} is no schedule (${why}): ${example}` });
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
