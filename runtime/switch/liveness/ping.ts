/**
 * OPTIONS within a dialog (RFC 3261 §11, §12.2.1): asks a side whether it is there. Whatever it answers says that it is, but
 * for 481, by which it knows nothing of the call, and 408, by which a proxy has not reached it (§12.2.1.2).
 */
import type { RequestUser } from "../../sip/client-request.ts";
import { type Dialog, requestWithin } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";

/** `unreachable`: there was no way to it. */
export type PingOutcome = "alive" | "gone" | "unanswered" | "unreachable";

export function ping(call: Call, dialog: Dialog, done: (outcome: PingOutcome) => void): void {
  const request = requestWithin(dialog, "OPTIONS", ++dialog.localCseq);
  request.fields.push(["Max-Forwards", "70"], ["Accept", "application/sdp"]);
  const user: RequestUser = {
    onResponse: ({ status }) => {
      if (status >= 200) call.guard(() => done(outcomeOf(status)));
    },
    onFailure: (failure) => call.guard(() => done(failure === "timeout" ? "unanswered" : "unreachable")),
  };
  call.exchange.stack.send(request, user);
}

function outcomeOf(status: number): PingOutcome {
  if (status === 481) return "gone";
  return status === 408 ? "unanswered" : "alive";
}
