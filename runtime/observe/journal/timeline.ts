/** A stored call made readable: one line per message, event, decision, operation, console line, fault and fact. */
import { toText } from "../../base/text.ts";
import type { RecordedCall, RecordedEvent, RecordedOutcome, Timeline, TimelineItem } from "../../port/journal.ts";
import type { EventEntry, OperationEntry, OutcomeEntry } from "./entry.ts";
import type { StoredCall, StoredEntry, StoredMessage } from "./stored-call.ts";

const MOST_TEXT_CHARACTERS = 4096;
const MOST_DATA_CHARACTERS = 8192;

type Content = TimelineItem extends infer Item ? (Item extends unknown ? Omit<Item, "n" | "ms"> : never) : never;

export function timelineOf(stored: StoredCall): Timeline {
  const { entries, startedMs, dropped, ...call } = stored;
  const seen = new Set<string>();
  const handlers = new Map<number, string>();
  const items = entries.map((entry, index): TimelineItem => {
    if (entry.type === "event") handlers.set(entry.event, entry.handler);
    const ms = Math.max(0, Math.round(entry.at - startedMs));
    // The parts of one member of the union, put together again.
    return { n: dropped + index + 1, ms, ...contentOf(entry, seen, handlers) } as TimelineItem;
  });
  return { call, items, dropped };
}

function contentOf(entry: StoredEntry, seen: Set<string>, handlers: ReadonlyMap<number, string>): Content {
  switch (entry.type) {
    case "in":
    case "out":
      return messageOf(entry, seen);
    case "event": {
      const { event, handler, version, json, state } = entry;
      return { type: "event", event, handler, version, data: eventIn(json), state: dataOf(state) };
    }
    case "outcome":
      return decisionOf(entry, handlers.get(entry.event) ?? "");
    case "operation":
      return operationOf(entry);
    case "console":
      return { type: "console", event: entry.event, level: entry.level, text: clip(entry.text) };
    case "fault":
      return { type: "fault", handler: entry.handler, fault: entry.fault };
    case "fact":
      return { type: "fact", what: entry.what, text: clip(entry.text) };
  }
}

function messageOf({ type: direction, leg, peer, text }: StoredMessage, seen: Set<string>): Content {
  const key = `${direction} ${peer} ${text}`;
  const isRetransmission = seen.has(key);
  seen.add(key);
  return { type: "sip", direction, leg, peer, summary: summaryOf(text), isRetransmission, text: clip(toText(text)) };
}

/** `INVITE sip:100@example.com`, or `180 Ringing (INVITE)`. */
function summaryOf(text: string): string {
  const line = text.trimStart().split("\r\n", 1)[0] ?? "";
  if (!line.startsWith("SIP/2.0 ")) return toText(line.replace(/ SIP\/2\.0$/, "")).slice(0, 300);
  const method = /^CSeq\s*:\s*\d+\s+(\S+)/im.exec(text)?.[1] ?? "";
  return toText(`${line.slice("SIP/2.0 ".length)} (${method})`).slice(0, 300);
}

function decisionOf({ event, text, fault, wallMs, cpuMs }: OutcomeEntry, handler: string): Content {
  const times = { wallMs: rounded(wallMs), cpuMs: rounded(cpuMs) };
  if (text === null) {
    const outcome = fault?.reason ?? "abandoned";
    const message = fault?.message ?? "The call had gone on before the handler was done";
    return { type: "decision", event, handler, outcome, decision: null, message, ...times };
  }
  const { decision, state } = splitReturned(text);
  const changed = state === undefined ? {} : { state: dataOf(state) };
  const said = decision === "" ? null : dataOf(decision);
  return { type: "decision", event, handler, outcome: "returned", decision: said, ...changed, ...times };
}

function operationOf({ event, number, name, args, at, result, answeredAt }: OperationEntry): Content {
  const outcome = result === null ? "unanswered" : result.startsWith("f") ? "failed" : "ok";
  return {
    type: "operation",
    event,
    number,
    name,
    args: dataOf(args),
    outcome,
    result: result === null || result === "r" ? null : dataOf(result.slice(1)),
    durationMs: answeredAt === null ? null : answeredAt - at,
  };
}

/** The events of a stored call, each with what its script asked for and made of it. */
export function recordedCall({ id, script, version, startedMs, dropped, domain, entries }: StoredCall): RecordedCall {
  const outcomes = new Map<number, OutcomeEntry>();
  const operations = new Map<number, OperationEntry[]>();
  for (const entry of entries) {
    if (entry.type === "outcome") outcomes.set(entry.event, entry);
    else if (entry.type === "operation") {
      operations.set(entry.event, [...(operations.get(entry.event) ?? []), entry]);
    }
  }
  const events = entries
    .filter((entry) => entry.type === "event")
    .map((entry) => recordedEvent(entry, { script, domain }, operations.get(entry.event), outcomes.get(entry.event)));
  return { id, script, version, startedAt: startedMs, dropped, events };
}

export function recordedEvent(
  { event: number, handler, version, json, state, given }: EventEntry,
  { script, domain }: { readonly script: string; readonly domain: string },
  operations: readonly OperationEntry[] = [],
  outcome?: OutcomeEntry,
): RecordedEvent {
  const ref = { script, version };
  return { number, ref, handler, domain, json, state, given, operations, outcome: recordedOutcome(outcome) };
}

function recordedOutcome(entry: OutcomeEntry | undefined): RecordedOutcome {
  if (entry?.text != null) return { type: "returned", ...splitReturned(entry.text) };
  return entry?.fault == null ? { type: "abandoned" } : { type: "fault", fault: entry.fault };
}

function splitReturned(text: string): { readonly decision: string; readonly state: string | undefined } {
  const end = text.indexOf("\n");
  const state = end < 0 || end + 1 === text.length ? undefined : text.slice(end + 1);
  return { decision: end < 0 ? text : text.slice(0, end), state };
}

function eventIn(json: string): unknown {
  const input = parse(json);
  return typeof input === "object" && input !== null && "event" in input ? input.event : null;
}

/** JSON as data; a long one as text that is cut off. */
function dataOf(json: string): unknown {
  if (json.length > MOST_DATA_CHARACTERS) return `${json.slice(0, MOST_DATA_CHARACTERS)}…`;
  return parse(json) ?? null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length <= MOST_TEXT_CHARACTERS ? text : `${text.slice(0, MOST_TEXT_CHARACTERS)}…`;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
