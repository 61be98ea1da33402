import { describe, expect, it } from "vitest";
import type { RecordedEvent, RecordedOutcome } from "../../../runtime/port/journal.ts";
import type { HandlerName, ScriptOutcome } from "../../../runtime/port/script.ts";
import { compareEvent } from "../../../runtime/replay/comparison.ts";

type Outcome = Exclude<RecordedOutcome, { type: "abandoned" }>;

const plan = (value: unknown, state?: string): Outcome => ({
  type: "returned",
  decision: value === undefined ? "" : JSON.stringify(value),
  state,
});
const said = (value: unknown, state?: string): ScriptOutcome => ({ type: "returned", value, state });
const failed = (reason: "threw" | "timeout", message = "x") => ({ type: "fault", fault: { reason, message } }) as const;

function compare(recorded: Outcome, outcome: ScriptOutcome, handler: HandlerName = "invite") {
  const event: RecordedEvent & { outcome: Outcome } = {
    number: 1,
    ref: { script: "main", version: 1 },
    handler,
    domain: "example.com",
    json: "{}",
    state: "{}",
    given: { now: 1, seed: "0123456789abcdef" },
    operations: [],
    outcome: recorded,
  };
  return compareEvent(event, { outcome, operations: [] }, "{}");
}

describe("The comparison of an event with its replay", () => {
  it("takes a decision and a plan of that one decision for the same", () => {
    const one = { type: "reject", code: 486 };
    expect(compare(plan(one), said([one])).comparison).toMatchObject({ result: "same", decision: [], fault: null });
  });

  it("takes a decision that the switch would refuse for a fault", () => {
    const { comparison } = compare(plan({ type: "reject", code: 486 }), said({ type: "fly" }));
    expect(comparison).toMatchObject({
      result: "different",
      decision: [],
      fault: { recorded: null, replayed: { reason: "invalid-decision" } },
    });
  });

  it("takes nothing for a fault where the handler has to decide, and only there", () => {
    expect(compare(plan(undefined), said(undefined)).comparison.result).toBe("same");
    const { comparison } = compare(plan({ type: "reject", code: 486 }), said(undefined));
    expect(comparison.fault?.replayed?.reason).toBe("no-decision");
    expect(compare(plan(undefined), said(undefined), "bye").comparison).toMatchObject({ result: "same", fault: null });
  });

  it("takes two faults of one reason for the same, whatever their lines", () => {
    expect(compare(failed("threw", "line 3"), failed("threw", "line 4")).comparison.result).toBe("same");
    expect(compare(failed("threw"), failed("timeout")).comparison.result).toBe("different");
  });

  it("does not care what is returned at the end of a call", () => {
    expect(compare(plan({ type: "hangup" }), said(undefined), "ended").comparison.result).toBe("same");
  });

  it("shows another state, which alone makes no difference, and keeps it only with a valid return", () => {
    const decision = { type: "reject", code: 486 };
    const { comparison, state } = compare(plan(decision, '{"a":1}'), said(decision, '{"a":2}'));
    expect(comparison).toMatchObject({ result: "same", state: [{ path: "$.a", recorded: 1, replayed: 2 }] });
    expect(state).toBe('{"a":2}');
    expect(compare(plan(decision), failed("threw")).state).toBe("{}");
    expect(compare(plan(decision), said({ type: "fly" }, '{"a":3}')).state).toBe("{}");
  });
});
