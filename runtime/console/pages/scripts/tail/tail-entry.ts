/** Entries of a tail, in words. Pure. */
import type { TailBody } from "../../../../contract/feed-api.ts";
import { millisecondsText } from "../../../components/format.ts";
import type { Jump } from "../code/workspace.ts";
import { placeOf } from "../simulator/moments.ts";
import { sharesText } from "../versions/split.ts";

export interface TailText {
  readonly at: string;
  /** A level, or what it is. */
  readonly kind: string;
  readonly tone: "good" | "warn" | "bad" | "info" | "neutral";
  /** `invite v3`; empty for a deployment. */
  readonly where: string;
  readonly text: string;
  readonly callId: string | null;
  readonly place: Jump | null;
}

const LEVEL_TONES = { debug: "neutral", info: "neutral", warn: "warn", error: "bad" } as const;

export function tailText(entry: TailBody): TailText {
  if (entry.type === "deploy") {
    const { versions, author, message } = entry.deployment;
    const text = `${sharesText(versions)} by ${author}${message === null ? "" : `: ${message}`}`;
    return { at: entry.at, kind: "deploy", tone: "good", where: "", text, callId: null, place: null };
  }
  const where = `${entry.handler} v${entry.ref.version}`;
  const common = { at: entry.at, where, callId: entry.callId, place: null };
  if (entry.type === "log") return { ...common, kind: entry.level, tone: LEVEL_TONES[entry.level], text: entry.text };
  if (entry.type === "fault") {
    const { reason, message } = entry.fault;
    return { ...common, kind: "fault", tone: "bad", text: `${reason}: ${message}`, place: placeOf(entry.fault) };
  }
  const took = `${millisecondsText(entry.wallMs)}, CPU ${millisecondsText(entry.cpuMs)}`;
  return { ...common, kind: "event", tone: "info", text: `${entry.outcome} in ${took}` };
}

/** Whether each word is in it, whatever its case. */
export function fitsTail({ kind, where, text, callId }: TailText, wanted: string): boolean {
  const all = `${kind} ${where} ${text} ${callId ?? ""}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
