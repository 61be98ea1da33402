/** Which entries of a call are shown. Pure. */
import type { Entry } from "./ladder-model.ts";

export const KINDS = ["all", "sip", "script", "console", "switch", "problems"] as const;
export type Kind = (typeof KINDS)[number];

export interface Filter {
  readonly kind: Kind;
  /** `null`: all. What is no message belongs to each of them. */
  readonly leg: string | null;
  readonly hidesCopies: boolean;
  /** Text that a message or a note must have, whatever its case. */
  readonly text: string;
}

export function filtered(entries: readonly Entry[], filter: Filter): readonly Entry[] {
  const wanted = filter.text.toLowerCase();
  return entries.filter((entry) => {
    if (entry.type === "message") {
      if (filter.leg !== null && entry.item.leg !== filter.leg) return false;
      if (filter.hidesCopies && entry.copy > 1) return false;
    }
    return isOfKind(entry, filter.kind) && (wanted === "" || textOf(entry).toLowerCase().includes(wanted));
  });
}

function isOfKind(entry: Entry, kind: Kind): boolean {
  switch (kind) {
    case "all":
      return true;
    case "sip":
      return entry.type === "message";
    case "script":
      return entry.type === "note" && ["event", "decision", "operation", "console", "fault"].includes(entry.kind);
    case "console":
      return entry.type === "note" && entry.kind === "console";
    case "switch":
      return entry.type === "note" && ["fact", "audio"].includes(entry.kind);
    case "problems":
      return isProblem(entry);
  }
}

function isProblem(entry: Entry): boolean {
  if (entry.type === "note") return entry.tone === "warn" || entry.tone === "bad";
  const { start } = entry.message;
  return (
    entry.missing !== null || entry.copies > 1 || start === null || (start.type === "response" && start.code >= 400)
  );
}

function textOf(entry: Entry): string {
  return entry.type === "message" ? entry.item.text : `${entry.title} ${entry.text}`;
}
