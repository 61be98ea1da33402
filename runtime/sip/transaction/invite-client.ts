/** INVITE client transaction: RFC 3261 §17.1.1.2, figure 5, with the Accepted state of RFC 6026 §7.2. */
import type { ClientEffect, ResponseInput } from "./effect.ts";
import { ignored, type Machine } from "./machine.ts";

export type InviteClientState = "calling" | "proceeding" | "accepted" | "completed" | "terminated";

/** `cancel`: a CANCEL for this INVITE has been sent. */
export type InviteClientInput =
  | ResponseInput
  | "cancel"
  | "timer-a"
  | "timer-b"
  | "timer-d"
  | "timer-m"
  | "transport-error";

export const inviteClient: Machine<InviteClientState, InviteClientInput, ClientEffect> = {
  initial: { next: "calling", effects: ["send", "start-timer-a", "start-timer-b"] },
  states: {
    calling: {
      "1xx": { next: "proceeding", effects: ["stop-timers", "pass"] },
      "2xx": { next: "accepted", effects: ["stop-timers", "start-timer-m", "pass", "forget-request"] },
      "300-699": { next: "completed", effects: ["stop-timers", "ack", "start-timer-d", "pass", "forget-request"] },
      cancel: ignored,
      "timer-a": { next: "calling", effects: ["send", "start-timer-a"] },
      "timer-b": { next: "terminated", effects: ["stop-timers", "terminate", "timeout"] },
      "timer-d": ignored,
      "timer-m": ignored,
      "transport-error": { next: "terminated", effects: ["stop-timers", "terminate", "transport-failure"] },
    },
    proceeding: {
      "1xx": { next: "proceeding", effects: ["pass"] },
      "2xx": { next: "accepted", effects: ["stop-timers", "start-timer-m", "pass", "forget-request"] },
      "300-699": { next: "completed", effects: ["stop-timers", "ack", "start-timer-d", "pass", "forget-request"] },
      // RFC 3261 §9.1: with no final response 64*T1 after the CANCEL, the INVITE counts as cancelled. Timer B again.
      cancel: { next: "proceeding", effects: ["stop-timers", "start-timer-b"] },
      "timer-a": ignored,
      "timer-b": { next: "terminated", effects: ["stop-timers", "terminate", "timeout"] },
      "timer-d": ignored,
      "timer-m": ignored,
      // Deviation: RFC 3261 knows no transport error here, since nothing is being sent. A connection that is gone takes
      // the final response with it, and nothing else would end the wait.
      "transport-error": { next: "terminated", effects: ["stop-timers", "terminate", "transport-failure"] },
    },
    accepted: {
      "1xx": ignored,
      // RFC 6026 §7.2: retransmissions, and the answers of other branches of a fork.
      "2xx": { next: "accepted", effects: ["pass"] },
      "300-699": ignored,
      cancel: ignored,
      "timer-a": ignored,
      "timer-b": ignored,
      "timer-d": ignored,
      "timer-m": { next: "terminated", effects: ["terminate"] },
      "transport-error": ignored,
    },
    completed: {
      "1xx": ignored,
      // Another branch of a fork has answered after all: somebody must acknowledge it and hang up (RFC 3261 §13.2.2.4).
      "2xx": { next: "completed", effects: ["stray"] },
      "300-699": { next: "completed", effects: ["ack"] },
      cancel: ignored,
      "timer-a": ignored,
      "timer-b": ignored,
      "timer-d": { next: "terminated", effects: ["terminate"] },
      "timer-m": ignored,
      // Deviation: RFC 3261 tells the user. The user has its final response, and the ACK is lost either way.
      "transport-error": { next: "terminated", effects: ["stop-timers", "terminate"] },
    },
    terminated: {
      "1xx": ignored,
      "2xx": ignored,
      "300-699": ignored,
      cancel: ignored,
      "timer-a": ignored,
      "timer-b": ignored,
      "timer-d": ignored,
      "timer-m": ignored,
      "transport-error": ignored,
    },
  },
};
