/** What is searched for, as the address has it, and as the API is asked for it. Pure. */
import type { Query } from "../../api/path.ts";

export const RANGES = ["hour", "today", "yesterday", "week", "month", "all", "other"] as const;
export type Range = (typeof RANGES)[number];

export interface CdrSearch {
  readonly range: Range;
  /** Of `other`: as `<input type="datetime-local">` has it, in the time of this browser; or empty. */
  readonly since: string;
  readonly until: string;
  /** A user, a number or a whole URI; or empty. */
  readonly from: string;
  readonly to: string;
  readonly script: string;
  readonly trunk: string;
  readonly result: string;
}

const DEFAULT_RANGE: Range = "week";
export const RESULTS = ["answered", "failed", "cancelled"] as const;

export function searchOf(asked: URLSearchParams): CdrSearch {
  const text = (name: string) => asked.get(name) ?? "";
  return {
    range: RANGES.find((range) => range === asked.get("range")) ?? DEFAULT_RANGE,
    since: text("since"),
    until: text("until"),
    from: text("from"),
    to: text("to"),
    script: text("script"),
    trunk: text("trunk"),
    result: RESULTS.find((result) => result === asked.get("result")) ?? "",
  };
}

/** A field of a search for the address: what stands there anyway is left out. */
export function addressOf(name: keyof CdrSearch, value: string): string | null {
  return value === "" || (name === "range" && value === DEFAULT_RANGE) ? null : value;
}

export function isNarrowed({ from, to, script, trunk, result }: CdrSearch): boolean {
  return [from, to, script, trunk, result].some((text) => text !== "");
}

/** `now` gives the day; its time zone is the browser's. */
export function queryOf(search: CdrSearch, now: Date): Query {
  const { from, to, script, trunk, result } = search;
  const { since, until } = timesOf(search, now);
  return { from, to, script, trunk, result, since, until };
}

interface Times {
  readonly since: string | null;
  /** Calls that began before it. */
  readonly until: string | null;
}

function timesOf({ range, since, until }: CdrSearch, now: Date): Times {
  switch (range) {
    case "hour":
      return { since: new Date(now.getTime() - 3_600_000).toISOString(), until: null };
    case "today":
      return { since: midnight(now, 0), until: null };
    case "yesterday":
      return { since: midnight(now, -1), until: midnight(now, 0) };
    case "week":
      return { since: midnight(now, -6), until: null };
    case "month":
      return { since: midnight(now, -29), until: null };
    case "all":
      return { since: null, until: null };
    case "other":
      return { since: momentOf(since), until: momentOf(until) };
  }
}

/** The beginning of a day, counted from today; days are 23 or 25 hours long where clocks are changed. */
function midnight(now: Date, days: number): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString();
}

function momentOf(text: string): string | null {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
