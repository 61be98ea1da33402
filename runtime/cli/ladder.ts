/** A timeline as a ladder: the caller on the left, the called sides on the right, what happens at the switch between them. */
import type { TimelineBody, TimelineItemBody } from "../contract/journal-api.ts";
import { printable } from "./table.ts";

const TIME_WIDTH = 8;
const SIDE_WIDTH = 40;
const MOST_DATA_CHARACTERS = 160;

export interface LadderOptions {
  /** Whole messages under their lines. */
  readonly full?: boolean;
}

export function formatLadder(timeline: TimelineBody, { full = false }: LadderOptions = {}): string {
  const { call, items, dropped } = timeline;
  const end = call.result === null ? "is up" : `${call.result} ${call.code ?? ""}`;
  const lines = [
    `${call.id}  ${call.from} to ${call.to}  ${call.script} v${call.version}  ${call.startedAt}  ${end}`,
    "",
    `${"ms".padStart(TIME_WIDTH)}  ${"caller".padEnd(SIDE_WIDTH)} switch`,
  ];
  if (dropped > 0) lines.push(`${dropped} earlier entries were not kept.`);
  for (const item of items) {
    lines.push(`${String(item.ms).padStart(TIME_WIDTH)}  ${rungOf(item, call.id)}`);
    if (full && item.type === "sip") lines.push(...item.text.trimEnd().split(/\r?\n/).map(indented));
  }
  return lines.map((line) => printable(line).trimEnd()).join("\n");
}

function indented(line: string): string {
  return `${" ".repeat(TIME_WIDTH + 6)}${line}`;
}

function rungOf(item: TimelineItemBody, call: string): string {
  if (item.type === "sip") return messageRung(item, call);
  return `${" ".repeat(SIDE_WIDTH)}| ${textOf(item)}`;
}

function messageRung(item: Extract<TimelineItemBody, { type: "sip" }>, call: string): string {
  const what = ` ${item.summary}${item.isRetransmission ? " (again)" : ""} `;
  const isIn = item.direction === "in";
  if (item.leg !== "caller") {
    const leg = item.leg.startsWith(`${call}-`) ? `leg ${item.leg.slice(call.length + 1)}` : item.leg;
    return `${" ".repeat(SIDE_WIDTH)}${isIn ? "|<--" : "|---"}${what}${isIn ? "---" : "-->"} ${leg}`;
  }
  const rung = `${isIn ? "---" : "<--"}${what.slice(0, SIDE_WIDTH - 6)}`.padEnd(SIDE_WIDTH - 1, "-");
  return `${rung}${isIn ? ">" : "-"}|`;
}

function textOf(item: Exclude<TimelineItemBody, { type: "sip" }>): string {
  switch (item.type) {
    case "event":
      return `event ${item.handler} (v${item.version})`;
    case "decision": {
      const what = item.outcome === "returned" ? data(item.decision) : `${item.outcome}: ${item.message ?? ""}`;
      return `${item.handler} decided ${what} in ${item.wallMs.toFixed(1)} ms, CPU ${item.cpuMs.toFixed(1)} ms`;
    }
    case "operation": {
      const time = item.durationMs === null ? "no answer" : `${item.durationMs} ms`;
      return `${item.name} ${data(item.args)} ${item.outcome === "failed" ? "failed" : "gave"} ${data(item.result)}, ${time}`;
    }
    case "console":
      return `${item.level}: ${item.text.replaceAll("\n", " ")}`;
    case "fault": {
      const { reason, message } = item.fault;
      return `FAULT at ${item.handler}: ${reason}: ${message}`;
    }
    case "fact":
      return item.text === "" ? item.what : `${item.what}: ${item.text}`;
  }
}

function data(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= MOST_DATA_CHARACTERS ? text : `${text.slice(0, MOST_DATA_CHARACTERS)}…`;
}
