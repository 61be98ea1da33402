/**
 * Runs `forward`. Where the parties are connected already it is a transfer of the caller; in answer to a REFER, it says
 * where the transfer goes.
 */
import type { Forward } from "../../../sdk/decisions.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { ForwardStep } from "./forward.ts";

export function runForward(call: Call, decision: Forward): StepResult {
  return startForward(call, decision);
}

/** `who`: the party that gets somebody else to talk to. @default the caller */
export function startForward(call: Call, forward: Forward, who: Side = "caller"): StepResult {
  const referrals = call.transferring?.referrals;
  if (referrals !== undefined && referrals.pending !== null) {
    referrals.follow(forward);
  } else if (call.isConnected) {
    const { mayLeave } = call.state;
    call.transfers.order({ who, by: "switch", forward, mayLeave, referral: null, fields: [] });
  } else {
    call.takeStep(new ForwardStep(call.attempts, forward));
  }
  return "taken";
}
