/** What the records that are loaded come to. Pure. */
import type { CdrBody } from "../../../contract/call-api.ts";

export interface Totals {
  readonly calls: number;
  readonly answered: number;
  /** Of those that were answered. */
  readonly seconds: number;
}

export function totalsOf(cdrs: readonly CdrBody[]): Totals {
  const answered = cdrs.filter(({ result }) => result === "answered");
  return {
    calls: cdrs.length,
    answered: answered.length,
    seconds: answered.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
