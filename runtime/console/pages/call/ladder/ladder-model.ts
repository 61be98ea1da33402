/** A timeline as entries in order, with those who take part. Pure. */
import type { TimelineBody } from "../../../../contract/journal-api.ts";
import { type Attempt, type Lane, lanesOf } from "./lanes.ts";
import { type MessageEntry, messageEntries, type SipItem } from "./message-entries.ts";
import { type NoteEntry, noteEntry } from "./notes.ts";

export type Entry = MessageEntry | NoteEntry;

export interface Ladder {
  readonly lanes: readonly Lane[];
  readonly entries: readonly Entry[];
}

/** `nowMs`: how far the call has come, in milliseconds since it began. */
export function ladderOf(
  { call, items }: Pick<TimelineBody, "call" | "items">,
  nowMs: number,
  attempts: readonly Attempt[] = [],
): Ladder {
  const messages = messageEntries(
    items.filter((item): item is SipItem => item.type === "sip"),
    nowMs,
  );
  const byNumber = new Map(messages.map((entry) => [entry.item.n, entry]));
  const entries = items.map((item): Entry => {
    // Each message has an entry.
    return item.type === "sip" ? (byNumber.get(item.n) as MessageEntry) : noteEntry(item);
  });
  return { lanes: lanesOf(call, messages, attempts), entries };
}
