/** Runs `timer`. */
import type { Timer } from "../../../sdk/decisions.ts";
import type { Call } from "../call/call.ts";
import { MOST_TIMERS } from "../call/call-timers.ts";
import type { StepResult } from "../call/plan-run.ts";

export function runTimer(call: Call, { name, seconds }: Timer): StepResult {
  if (seconds === null) {
    call.timers.cancel(name);
  } else if (!call.timers.start(name, seconds * 1000)) {
    call.exchange.observer.stepFailed(
      call.view,
      "timer",
      `a call has at most ${MOST_TIMERS} timers; "${name}" is not set`,
    );
  }
  return "done";
}
