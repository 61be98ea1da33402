/** Non-INVITE server transaction: RFC 3261 §17.2.2, figure 8. */
import type { ResponseInput, ServerEffect } from "./effect.ts";
import { ignored, type Machine } from "./machine.ts";

export type NonInviteServerState = "trying" | "proceeding" | "completed" | "terminated";

/** `request`: a retransmission of the request. Responses come from the user. */
export type NonInviteServerInput = "request" | ResponseInput | "timer-j";

export const nonInviteServer: Machine<NonInviteServerState, NonInviteServerInput, ServerEffect> = {
  initial: { next: "trying", effects: ["pass"] },
  states: {
    trying: {
      request: ignored,
      "1xx": { next: "proceeding", effects: ["send"] },
      "2xx": { next: "completed", effects: ["send", "forget-request", "start-timer-j"] },
      "300-699": { next: "completed", effects: ["send", "forget-request", "start-timer-j"] },
      "timer-j": ignored,
    },
    proceeding: {
      request: { next: "proceeding", effects: ["resend"] },
      "1xx": { next: "proceeding", effects: ["send"] },
      "2xx": { next: "completed", effects: ["send", "forget-request", "start-timer-j"] },
      "300-699": { next: "completed", effects: ["send", "forget-request", "start-timer-j"] },
      "timer-j": ignored,
    },
    completed: {
      request: { next: "completed", effects: ["resend"] },
      "1xx": ignored,
      // Deviation: RFC 3261 drops it silently. Here it is a mistake of ours, and is to be seen.
      "2xx": { next: "completed", effects: ["refuse-second-final"] },
      "300-699": { next: "completed", effects: ["refuse-second-final"] },
      "timer-j": { next: "terminated", effects: ["terminate"] },
    },
    terminated: {
      request: ignored,
      "1xx": ignored,
      "2xx": ignored,
      "300-699": ignored,
      "timer-j": ignored,
    },
  },
};
