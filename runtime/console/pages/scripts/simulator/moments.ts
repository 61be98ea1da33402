/** What happens in a simulated call, in words. Pure. */
import type { SimulationBody } from "../../../../contract/simulation-session-api.ts";
import type { Jump } from "../code/workspace.ts";

export type Moment = SimulationBody["moments"][number];

export interface MomentText {
  /** What kind of thing it is: `event`, `decision`, … */
  readonly kind: Moment["type"];
  readonly text: string;
  readonly tone: "good" | "warn" | "bad" | "info" | "neutral";
  /** Where in the script it is. */
  readonly place: Jump | null;
}

const TONES: Partial<Record<Moment["type"], MomentText["tone"]>> = {
  decision: "good",
  event: "info",
  fault: "bad",
  problem: "bad",
  console: "warn",
};
const MOST_CHARACTERS = 1000;

export function momentText(moment: Moment): MomentText {
  const place = moment.type === "fault" ? placeOf(moment.fault) : null;
  const text = textOf(moment).slice(0, MOST_CHARACTERS);
  return { kind: moment.type, text, tone: TONES[moment.type] ?? "neutral", place };
}

function textOf(moment: Moment): string {
  switch (moment.type) {
    case "act":
    case "problem":
      return String(moment.text);
    case "event":
      return eventText(record(moment.event));
    case "decision":
      return `${moment.handler}: ${json(moment.plan)}`;
    case "fault":
      return `${moment.handler}: ${record(moment.fault).message}`;
    case "operation":
      return `${moment.name}(${json(moment.args)})`;
    case "result":
      return `${moment.name} → ${json(moment.result)}`;
    case "console":
      return `${moment.level}: ${moment.text}`;
    case "sound":
      return `${moment.who} hears ${list(moment.sounds).join(", ")}`;
    case "sip":
      return `${moment.from} → ${moment.to}: ${String(moment.text).split("\r\n", 1)[0]}`;
  }
}

/** Of a fault that says where it has happened. */
export function placeOf(fault: unknown): Jump | null {
  const { file, line, column } = record(fault);
  if (typeof file !== "string" || typeof line !== "number") return null;
  return { file, line, column: typeof column === "number" ? column : 1 };
}

/** Its name, and what it brings. */
function eventText({ type, ...rest }: Readonly<Record<string, unknown>>): string {
  return Object.keys(rest).length === 0 ? String(type) : `${type} ${json(rest)}`;
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
