/** One recorded call on another version: its events in order, each with what that version remembers of those before. */
import type { RecordedCall, RecordedEvent, RecordedOutcome } from "../port/journal.ts";
import type { CallReplay, EventComparison } from "../port/replay.ts";
import { compareEvent, skipped } from "./comparison.ts";
import type { Candidate, Rehearsal } from "./rehearsal.ts";

/** What a version remembers of a call: its `call.state`, as JSON text; `null` before its first event. */
export type Memory = string | null;

export async function replayCall(
  recorded: RecordedCall,
  version: Candidate,
  rehearsal: Rehearsal,
): Promise<CallReplay> {
  const events: EventComparison[] = [];
  let memory: Memory = null;
  for (const event of recorded.events) {
    const { comparison, memory: next } = await replayEvent(event, version, memory, rehearsal);
    events.push(comparison);
    memory = next;
  }
  return {
    call: recorded.id,
    script: recorded.script,
    recordedVersion: recorded.version,
    version: version.isDraft ? null : version.ref.version,
    result: events.some(({ result }) => result === "different") ? "different" : "same",
    isComplete: recorded.dropped === 0,
    events,
  };
}

export async function replayEvent(
  event: RecordedEvent,
  version: Candidate,
  memory: Memory,
  rehearsal: Rehearsal,
): Promise<{ readonly comparison: EventComparison; readonly memory: Memory }> {
  if (!hasOutcome(event)) return { comparison: skipped(event, "it was given up when the call went on"), memory };
  if (event.given === null) return { comparison: skipped(event, "it has reached no script host"), memory };
  const before = memory ?? event.state;
  const replayed = version.handlers.has(event.handler) ? await rehearsal.run(version, event, before) : NOT_HANDLED;
  const { comparison, state } = compareEvent(event, replayed, before);
  return { comparison, memory: state };
}

/** An event that a version does not handle is not sent to it. */
const NOT_HANDLED = { outcome: { type: "returned", value: undefined, state: undefined }, operations: [] } as const;

function hasOutcome(
  event: RecordedEvent,
): event is RecordedEvent & { readonly outcome: Exclude<RecordedOutcome, { readonly type: "abandoned" }> } {
  return event.outcome.type !== "abandoned";
}
