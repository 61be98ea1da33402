/**
 * INVITE server transaction: RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1. Retransmitting a 2xx
 * is the business of the dialog (RFC 3261 §13.3.1.4).
 */
import type { ResponseInput, ServerEffect } from "./effect.ts";
import { ignored, type Machine } from "./machine.ts";

export type InviteServerState = "proceeding" | "accepted" | "completed" | "confirmed" | "terminated";

/** `request`: a retransmission of the INVITE. Responses come from the user. */
export type InviteServerInput =
  | "request"
  | "ack"
  | ResponseInput
  | "timer-100"
  | "timer-g"
  | "timer-h"
  | "timer-i"
  | "timer-l";

export const inviteServer: Machine<InviteServerState, InviteServerInput, ServerEffect> = {
  initial: { next: "proceeding", effects: ["start-timer-100", "pass"] },
  states: {
    proceeding: {
      request: { next: "proceeding", effects: ["resend"] },
      ack: ignored,
      "1xx": { next: "proceeding", effects: ["stop-timers", "send"] },
      "2xx": {
        next: "accepted",
        effects: ["stop-timers", "send", "start-timer-l", "forget-request", "forget-response"],
      },
      "300-699": {
        next: "completed",
        effects: ["stop-timers", "send", "start-timer-g", "start-timer-h", "forget-request"],
      },
      "timer-100": { next: "proceeding", effects: ["send-trying"] },
      "timer-g": ignored,
      "timer-h": ignored,
      "timer-i": ignored,
      "timer-l": ignored,
    },
    accepted: {
      // RFC 6026 §7.1: absorbed; the user retransmits its 2xx by itself.
      request: ignored,
      ack: { next: "accepted", effects: ["pass-ack"] },
      "1xx": ignored,
      // Deviation: RFC 6026 lets the user send its 2xx through here again; ours sends it by the flow.
      "2xx": { next: "accepted", effects: ["refuse-second-final"] },
      "300-699": { next: "accepted", effects: ["refuse-second-final"] },
      "timer-100": ignored,
      "timer-g": ignored,
      "timer-h": ignored,
      "timer-i": ignored,
      "timer-l": { next: "terminated", effects: ["terminate"] },
    },
    completed: {
      request: { next: "completed", effects: ["resend"] },
      ack: { next: "confirmed", effects: ["stop-timers", "forget-response", "start-timer-i", "heard"] },
      "1xx": ignored,
      "2xx": { next: "completed", effects: ["refuse-second-final"] },
      "300-699": { next: "completed", effects: ["refuse-second-final"] },
      "timer-100": ignored,
      "timer-g": { next: "completed", effects: ["resend", "start-timer-g"] },
      // Deviation: RFC 3261 tells the user that no ACK has come. There is nothing left that it could do.
      "timer-h": { next: "terminated", effects: ["stop-timers", "terminate", "heard"] },
      "timer-i": ignored,
      "timer-l": ignored,
    },
    confirmed: {
      request: ignored,
      ack: ignored,
      "1xx": ignored,
      "2xx": { next: "confirmed", effects: ["refuse-second-final"] },
      "300-699": { next: "confirmed", effects: ["refuse-second-final"] },
      "timer-100": ignored,
      "timer-g": ignored,
      "timer-h": ignored,
      "timer-i": { next: "terminated", effects: ["terminate"] },
      "timer-l": ignored,
    },
    terminated: {
      request: ignored,
      ack: ignored,
      "1xx": ignored,
      "2xx": ignored,
      "300-699": ignored,
      "timer-100": ignored,
      "timer-g": ignored,
      "timer-h": ignored,
      "timer-i": ignored,
      "timer-l": ignored,
    },
  },
};
