/** `transfer`, `accept`, `hold`, `resume`: who talks with whom in a call whose parties are connected. */
import type { Hold, Resume, Transfer } from "../../../sdk/transfer.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { startForward } from "./forward-verb.ts";

export function runTransfer(call: Call, { who, ...called }: Transfer): StepResult {
  return startForward(call, { ...called, type: "forward" }, who);
}

/** The phone gets the transfer that it has asked for. */
export function runAccept(call: Call): StepResult {
  const referrals = call.transferring?.referrals;
  if (referrals === undefined || referrals.pending === null) return "done";
  referrals.accept();
  return "taken";
}

export function runHold(call: Call, { type, who = "caller" }: Hold | Resume): StepResult {
  if (call.hasAudio && call.audio.hold(who, type === "hold")) return "done";
  call.exchange.observer.stepFailed(call.view, type, "the audio of this call does not pass through the switch");
  return "done";
}
