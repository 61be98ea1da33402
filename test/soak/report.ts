/** A report as people read it. */

import type { Outcome } from "./load/load.ts";
import type { Report } from "./run.ts";
import type { TimedFigures } from "./sample/figures.ts";
import type { Row } from "./verdict/verdict.ts";

export function progressLine({ seconds, figures }: TimedFigures, outcomes: readonly Outcome[]): string {
  const done = outcomes.reduce((sum, outcome) => sum + outcome.done, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  const heap = figures["heap of the switch"];
  return [
    `${seconds.toFixed(0).padStart(6)} s`,
    `${done.toLocaleString("en").padStart(8)} done (${(done / seconds).toFixed(0)}/s), ${failed} failed`,
    `${figures.calls ?? "?"} calls`,
    `${figures["server transactions"] ?? "?"} transactions`,
    `${figures["descriptors of the switch"] ?? "?"} descriptors`,
    `RSS ${figures["RSS of the switch"]?.toFixed(0)} + ${figures["RSS of script hosts"]?.toFixed(0)} MB`,
    heap === null ? "" : `heap ${heap.toFixed(1)} MB`,
  ].join("  ");
}

export function reportText({ rows, outcomes, problems, minutes, isSound }: Report): string {
  const table = [
    line(["quantity", "start", "end", "per hour", "load gone", "verdict"]),
    ...rows.map(rowLine),
    "",
    line(["load", "done", "failed", "skipped", "", ""]),
    ...outcomes.map(({ name, done, failed, skipped }) =>
      line([name, String(done), String(failed), String(skipped), "", ""]),
    ),
  ];
  const failures = outcomes.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`));
  const verdict = isSound ? "Sound" : "NOT SOUND";
  return [...table, "", ...failures, ...problems, `${verdict}: ${minutes} minutes.`].join("\n");
}

function rowLine({ quantity, start, end, slopePerHour, after, verdict }: Row): string {
  const digits = quantity.unit === "MB" ? 1 : 0;
  const signed = `${slopePerHour >= 0 ? "+" : ""}${slopePerHour.toFixed(1)}`;
  const name = quantity.unit === "MB" ? `${quantity.name}, MB` : quantity.name;
  return line([name, start.toFixed(digits), end.toFixed(digits), signed, after?.toFixed(digits) ?? "", verdict]);
}

function line([name = "", ...columns]: readonly string[]): string {
  return `${name.padEnd(34)}${columns.map((column) => column.padStart(11)).join("")}`;
}
