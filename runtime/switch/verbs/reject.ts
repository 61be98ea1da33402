/** Runs `reject`: the final response that the script asks for. */
import type { Reject } from "../../../sdk/decisions.ts";
import { toWire } from "../../base/text.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { decidedFields } from "./decided-fields.ts";

export function runReject(call: Call, decision: Reject): StepResult {
  const response = localResponse(decision.code, decision.reason === undefined ? undefined : toWire(decision.reason));
  const refer = call.transferring?.referrals.pending ?? null;
  if (refer !== null) {
    const { reason, fields } = { ...response, fields: decidedFields(decision.headers) };
    call.transfers.referrals.refuse(decision.code, { reason, fields });
    return "done";
  }
  if (call.state.answeredAt === null) call.refuse({ ...response, fields: decidedFields(decision.headers) }, "switch");
  else call.hangUp("switch", decision.reason ?? null);
  return "taken";
}
