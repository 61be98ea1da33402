import { expect, it } from "vitest";
import { CATALOGUE } from "../../../../runtime/media/prompts/catalogue.ts";
import { timePrompts } from "../../../../runtime/media/prompts/spoken-time.ts";

/** A Thursday. */
const nowMs = Date.parse("2026-11-26T12:00:00Z");

it.each([
  ["2026-11-26T08:00:00Z", "UTC", "today at eight A M."],
  ["2026-11-26T00:05:00Z", "UTC", "today at twelve oh five A M."],
  ["2026-11-25T23:59:00Z", "UTC", "yesterday at eleven fifty nine P M."],
  ["2026-11-25T23:59:00Z", "Europe/Vienna", "today at twelve fifty nine A M."],
  ["2026-11-23T12:30:00Z", "UTC", "Monday at twelve thirty P M."],
  ["2026-11-19T12:30:00Z", "UTC", "November nineteen at twelve thirty P M."],
  ["2025-12-31T15:10:00Z", "America/New_York", "December thirty one at ten ten A M."],
  ["2026-11-27T15:00:00Z", "UTC", "November twenty seven at three P M."],
])("%s in %s is said as %j", (moment, timeZone, words) => {
  const prompts = timePrompts(Date.parse(moment), { nowMs, timeZone });
  expect(prompts.map((name) => CATALOGUE[name]).join(" ")).toBe(words);
});
