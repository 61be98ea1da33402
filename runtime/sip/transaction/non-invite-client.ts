/** Non-INVITE client transaction: RFC 3261 §17.1.2.2, figure 6. */
import type { ClientEffect, ResponseInput } from "./effect.ts";
import { ignored, type Machine } from "./machine.ts";

export type NonInviteClientState = "trying" | "proceeding" | "completed" | "terminated";

export type NonInviteClientInput = ResponseInput | "timer-e" | "timer-f" | "timer-k" | "transport-error";

export const nonInviteClient: Machine<NonInviteClientState, NonInviteClientInput, ClientEffect> = {
  initial: { next: "trying", effects: ["send", "start-timer-e", "start-timer-f"] },
  states: {
    trying: {
      // Timer E runs on; only what it is started with next time is another.
      "1xx": { next: "proceeding", effects: ["pass"] },
      "2xx": { next: "completed", effects: ["stop-timers", "start-timer-k", "pass", "forget-request"] },
      "300-699": { next: "completed", effects: ["stop-timers", "start-timer-k", "pass", "forget-request"] },
      "timer-e": { next: "trying", effects: ["send", "start-timer-e"] },
      "timer-f": { next: "terminated", effects: ["stop-timers", "terminate", "timeout"] },
      "timer-k": ignored,
      "transport-error": { next: "terminated", effects: ["stop-timers", "terminate", "transport-failure"] },
    },
    proceeding: {
      "1xx": { next: "proceeding", effects: ["pass"] },
      "2xx": { next: "completed", effects: ["stop-timers", "start-timer-k", "pass", "forget-request"] },
      "300-699": { next: "completed", effects: ["stop-timers", "start-timer-k", "pass", "forget-request"] },
      "timer-e": { next: "proceeding", effects: ["send", "start-timer-e-at-t2"] },
      "timer-f": { next: "terminated", effects: ["stop-timers", "terminate", "timeout"] },
      "timer-k": ignored,
      "transport-error": { next: "terminated", effects: ["stop-timers", "terminate", "transport-failure"] },
    },
    completed: {
      "1xx": ignored,
      "2xx": ignored,
      "300-699": ignored,
      "timer-e": ignored,
      "timer-f": ignored,
      "timer-k": { next: "terminated", effects: ["terminate"] },
      "transport-error": ignored,
    },
    terminated: {
      "1xx": ignored,
      "2xx": ignored,
      "300-699": ignored,
      "timer-e": ignored,
      "timer-f": ignored,
      "timer-k": ignored,
      "transport-error": ignored,
    },
  },
};
