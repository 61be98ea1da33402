/** Replays and shadows for people. */
import type { CallReplayBody, ComparisonBody, ReplaySummaryBody, ShadowBody } from "../contract/journal-api.ts";
import { printable } from "./table.ts";

export function formatCallReplay(replay: CallReplayBody): string {
  const { call, script, recordedVersion, version, isComplete } = replay;
  const head = `${call}  ${script}: v${recordedVersion} as it was recorded, ${tried(version)} now: ${replay.result}`;
  const lines = replay.events.flatMap((event) => [
    `  ${String(event.event).padStart(3)} ${event.handler}: ${event.result}${event.why === undefined ? "" : `, ${event.why}`}`,
    ...differencesOf(event).map((line) => `        ${line}`),
  ]);
  const note = isComplete ? [] : ["  The beginning of this call was not kept."];
  return printable([head, ...note, ...lines].join("\n"));
}

export function formatSummary(summary: ReplaySummaryBody): string {
  const { script, version, calls, same, different, skipped, isTruncated, differences } = summary;
  const more = isTruncated ? " There are more calls: ask for fewer, or for a shorter time." : "";
  const head = `${script} ${tried(version)}: ${calls} calls, ${same} the same, ${different} different, ${skipped} skipped.${more}`;
  return [head, ...differences.map(formatCallReplay)].join("\n\n");
}

export function formatShadow(shadow: ShadowBody): string {
  const { script, version, percent, startedAt, calls, events } = shadow;
  const { same, different, faults, skipped, dropped, waiting } = events;
  const lines = [
    `${script}: v${version} in the shadow of ${percent} % of new calls since ${startedAt}`,
    `${calls} calls; events: ${same} the same, ${different} different (${faults} faults), ${skipped} skipped, ${dropped} dropped, ${waiting} waiting`,
    ...shadow.differences.flatMap((event) => [
      `${event.call} ${event.handler} (v${event.recordedVersion} was live)`,
      ...differencesOf(event).map((line) => `    ${line}`),
    ]),
  ];
  return printable(lines.join("\n"));
}

function tried(version: number | null): string {
  return version === null ? "the draft" : `v${version}`;
}

function differencesOf({ decision, operations, fault }: ComparisonBody): string[] {
  return [
    ...decision.map(({ path, recorded, replayed }) => `${path}: ${data(recorded)} was decided, now ${data(replayed)}`),
    ...operations.map(({ type, name, args }) => `${name} ${data(args)}: ${type.replaceAll("-", " ")}`),
    ...(fault === null ? [] : [`fault: ${faultText(fault.recorded)} then, ${faultText(fault.replayed)} now`]),
  ];
}

function faultText(fault: NonNullable<ComparisonBody["fault"]>["recorded"]): string {
  return fault === null ? "none" : `${fault.reason} (${fault.message})`;
}

function data(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
