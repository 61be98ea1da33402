/**
 * 199 (RFC 6228): one of several sides that rang has failed, and the call goes on. A caller who asks for it learns which of
 * his early dialogs is over, so that he lets go of what he has set up for it.
 */
import { reasonPhrase } from "../../sip/message/status.ts";
import type { Call } from "./call.ts";
import { EARLY_DIALOG_TERMINATED, type Leg } from "./leg.ts";
import type { LegOutcome } from "./step.ts";

export function tellEarlyEnded(call: Call, leg: Leg, outcome: LegOutcome | "given-up"): void {
  if (call.caller.invite === null || call.state.end !== null) return;
  for (const { legId, caller } of call.state.bridges) {
    if (legId !== leg.state.id || !call.caller.speaks("199")) continue;
    const code = typeof outcome === "object" ? outcome.status : 487;
    call.caller.respond(EARLY_DIALOG_TERMINATED, {
      toTag: caller.localTag,
      contactUser: call.contactUser,
      // RFC 6228 §5: why, as the final response of that side would have said.
      fields: [["Reason", `SIP;cause=${code};text="${reasonPhrase(code)}"`]],
    });
  }
}
