/** What happens at the switch between messages, in a line each: events, decisions, operations, console lines, faults, facts. Pure. */
import type { TimelineItemBody } from "../../../../contract/journal-api.ts";
import { millisecondsText } from "../../../components/format.ts";

export type NoteItem = Exclude<TimelineItemBody, { type: "sip" }>;

export type NoteKind = "event" | "decision" | "operation" | "console" | "fault" | "audio" | "fact";
export type NoteTone = "plain" | "good" | "warn" | "bad";

export interface NoteEntry {
  readonly type: "note";
  readonly item: NoteItem;
  readonly kind: NoteKind;
  /** `decided`, `console warn`. */
  readonly title: string;
  readonly text: string;
  readonly tone: NoteTone;
}

const MOST_CHARACTERS = 160;

export function noteEntry(item: NoteItem): NoteEntry {
  return { type: "note", item, ...contentOf(item) };
}

type Content = Pick<NoteEntry, "kind" | "title" | "text" | "tone">;

function contentOf(item: NoteItem): Content {
  switch (item.type) {
    case "event":
      return { kind: "event", title: `event ${item.handler}`, text: fieldsText(item.data), tone: "plain" };
    case "decision": {
      if (item.outcome !== "returned") {
        const text = item.message ?? "";
        return { kind: "decision", title: `${item.handler} ${item.outcome}`, text, tone: toneOfOutcome(item.outcome) };
      }
      return { kind: "decision", title: "decided", text: planText(item.decision), tone: "plain" };
    }
    case "operation": {
      const took = item.durationMs === null ? "" : ` in ${tookText(item.durationMs)}`;
      const end = item.outcome === "unanswered" ? "no answer" : `${item.outcome === "failed" ? "failed: " : ""}`;
      const text = `(${argsText(item.args)}) → ${end}${item.outcome === "unanswered" ? "" : dataText(item.result)}${took}`;
      return { kind: "operation", title: item.name, text, tone: item.outcome === "failed" ? "warn" : "plain" };
    }
    case "console": {
      const tone = item.level === "error" ? "bad" : item.level === "warn" ? "warn" : "plain";
      return { kind: "console", title: `console ${item.level}`, text: item.text, tone };
    }
    case "fault": {
      const { reason, message } = item.fault;
      const at = placeOf(item.fault);
      const text = `${reason}: ${message}${at === null ? "" : ` (${at})`}`;
      return { kind: "fault", title: `fault in ${item.handler}`, text, tone: "bad" };
    }
    case "fact":
      return factContent(item.what, item.text);
  }
}

/** Operations are timed in whole milliseconds. */
export function tookText(ms: number): string {
  return ms === 0 ? "under 1 ms" : millisecondsText(ms);
}

/** `main.ts:5:11`; `null` where it is not known. */
export function placeOf(fault: { file?: string | undefined; line?: number | undefined; column?: number | undefined }) {
  const { file, line, column } = fault;
  if (line === undefined) return file ?? null;
  return `${file === undefined ? "line " : `${file}:`}${line}${column === undefined ? "" : `:${column}`}`;
}

function toneOfOutcome(outcome: string): NoteTone {
  return outcome === "abandoned" ? "warn" : "bad";
}

/** What has gone wrong, of the facts that the switch tells. */
const BAD: ReadonlySet<string> = new Set(["step-failed", "audio-failed", "internal-error", "transfer-failed"]);
const WARN: ReadonlySet<string> = new Set(["limit", "decision-dropped", "audio-lost", "resumed"]);
const AUDIO = /^(?:audio-|browser-|played$|recorded$)/;

function factContent(what: string, text: string): Content {
  const tone = BAD.has(what) ? "bad" : WARN.has(what) ? "warn" : what === "answered" ? "good" : "plain";
  return { kind: AUDIO.test(what) ? "audio" : "fact", title: what.replaceAll("-", " "), text, tone };
}

/** `forward bob, carol; ringSeconds 20`, one after the other. */
function planText(plan: unknown): string {
  if (plan === null || plan === undefined) return "nothing";
  return clipped((Array.isArray(plan) ? plan : [plan]).map(decisionText).join(", then "));
}

function decisionText(decision: unknown): string {
  if (typeof decision !== "object" || decision === null) return dataText(decision);
  const { type, ...fields } = decision as Record<string, unknown>;
  const list = fields.targets ?? fields.contacts ?? fields.sounds;
  const rest = Object.entries(fields).filter(([, value]) => value !== list);
  const named = rest.map(([name, value]) => `${name} ${dataText(value)}`);
  const targets = Array.isArray(list)
    ? [list.map((one) => (typeof one === "string" ? one : dataText(one))).join(", ")]
    : [];
  const said = [...targets, ...named].join("; ");
  return said === "" ? String(type) : `${type} ${said}`;
}

/** The fields of an event that are a word or a number. */
function fieldsText(data: unknown): string {
  if (typeof data !== "object" || data === null) return "";
  const plain = Object.entries(data).filter(
    ([name, value]) => name !== "type" && value !== null && typeof value !== "object",
  );
  return clipped(plain.map(([name, value]) => `${name} ${oneLine(String(value))}`).join(", "));
}

function argsText(args: unknown): string {
  if (typeof args !== "object" || args === null) return args === null ? "" : dataText(args);
  return clipped(Object.values(args).map(dataText).join(", "));
}

function dataText(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return clipped(typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? ""));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

function clipped(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
