/** What was recorded of an event beside what came of it when it ran again. Pure. */
import type { Decision } from "../../sdk/decisions.ts";
import { parsePlan } from "../contract/decision.ts";
import type { RecordedEvent, RecordedOutcome } from "../port/journal.ts";
import type { EventComparison, OperationDifference } from "../port/replay.ts";
import type { HandlerName, ScriptFault, ScriptOutcome } from "../port/script.ts";
import { differencesOf } from "./differences.ts";

/** What the switch makes of what a handler returns: a plan, nothing, or a fault. */
type Verdict =
  | { readonly type: "plan"; readonly plan: readonly Decision[]; readonly state: string | undefined }
  | { readonly type: "nothing"; readonly state: string | undefined }
  | { readonly type: "fault"; readonly fault: ScriptFault };

export interface Replayed {
  readonly outcome: ScriptOutcome;
  readonly operations: readonly OperationDifference[];
}

/** `state`: as the version that runs again remembers it before the event. */
export function compareEvent(
  recorded: RecordedEvent & { readonly outcome: Exclude<RecordedOutcome, { readonly type: "abandoned" }> },
  replayed: Replayed,
  state: string,
): { readonly comparison: EventComparison; readonly state: string } {
  const { handler, number: event } = recorded;
  const before = verdictOf(handler, outcomeOf(recorded.outcome));
  const after = verdictOf(handler, replayed.outcome);
  const isFault = before.type === "fault" || after.type === "fault";
  const decision = isFault ? [] : differencesOf(planOf(before), planOf(after));
  const fault = isFault ? compareFaults(before, after) : null;
  const { operations } = replayed;
  const isSame = decision.length === 0 && fault === null && operations.length === 0;
  const remembered = stateAfter(after, state);
  const states = differencesOf(parse(stateAfter(before, recorded.state)), parse(remembered));
  const result = isSame ? "same" : "different";
  return { comparison: { event, handler, result, decision, operations, fault, state: states }, state: remembered };
}

export function skipped({ number: event, handler }: RecordedEvent, why: string): EventComparison {
  return { event, handler, result: "skipped", why, decision: [], operations: [], fault: null, state: [] };
}

function outcomeOf(recorded: Exclude<RecordedOutcome, { readonly type: "abandoned" }>): ScriptOutcome {
  if (recorded.type === "fault") return recorded;
  const { decision, state } = recorded;
  return { type: "returned", value: decision === "" ? undefined : parse(decision), state };
}

function verdictOf(handler: HandlerName, outcome: ScriptOutcome): Verdict {
  if (outcome.type === "fault") return outcome;
  const { value, state } = outcome;
  if (value === undefined || value === null || handler === "ended") {
    if (handler !== "invite") return { type: "nothing", state };
    return { type: "fault", fault: { reason: "no-decision", message: "The invite handler returned no decision." } };
  }
  const plan = parsePlan(value);
  if (plan.ok) return { type: "plan", plan: plan.value, state };
  const { path, message } = plan.problem;
  const text = path === "" ? message : `${path}: ${message}`;
  return { type: "fault", fault: { reason: "invalid-decision", message: text } };
}

function planOf(verdict: Verdict): readonly Decision[] | undefined {
  return verdict.type === "plan" ? verdict.plan : undefined;
}

/** The same reason is the same fault: messages name lines, which move from version to version. */
function compareFaults(before: Verdict, after: Verdict): EventComparison["fault"] {
  const recorded = before.type === "fault" ? before.fault : null;
  const replayed = after.type === "fault" ? after.fault : null;
  return recorded?.reason === replayed?.reason ? null : { recorded, replayed };
}

/** `call.state` is kept only together with a valid return. */
function stateAfter(verdict: Verdict, before: string): string {
  return verdict.type === "fault" ? before : (verdict.state ?? before);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
