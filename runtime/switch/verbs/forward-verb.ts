/** Runs `forward`. An answered call has its other side already; to move it is a transfer. */
import type { Forward } from "../../../sdk/decisions.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { ForwardStep } from "./forward.ts";

export function runForward(call: Call, decision: Forward): StepResult {
  call.takeStep(new ForwardStep(call.attempts, decision));
  return "taken";
}
