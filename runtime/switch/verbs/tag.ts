/** Runs `tag`. */
import type { Tag } from "../../../sdk/decisions.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";

export function runTag(call: Call, decision: Tag): StepResult {
  call.state.tags = { ...call.state.tags, ...decision.tags };
  return "done";
}
