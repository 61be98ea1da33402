/** Runs `hangup`. */
import type { Hangup } from "../../../sdk/decisions.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";

export function runHangup(call: Call, decision: Hangup): StepResult {
  call.hangUp("switch", decision.reason ?? null);
  return "taken";
}
