import { describe, expect, it } from "vitest";
import { inviteServer } from "../../../../runtime/sip/transaction/invite-server.ts";
import { itHasRows } from "./machine-rows.ts";

describe("INVITE server machine (RFC 3261 §17.2.1, RFC 6026 §7.1)", () => {
  it("begins in proceeding: passes the request, and answers 100 by itself after a while", () => {
    expect(inviteServer.initial).toEqual({ next: "proceeding", effects: ["start-timer-100", "pass"] });
  });

  itHasRows(inviteServer, [
    ["proceeding", "request", "proceeding", ["resend"]],
    ["proceeding", "1xx", "proceeding", ["stop-timers", "send"]],
    ["proceeding", "2xx", "accepted", ["stop-timers", "send", "start-timer-l", "forget-request", "forget-response"]],
    ["proceeding", "300-699", "completed", ["stop-timers", "send", "start-timer-g", "start-timer-h", "forget-request"]],
    ["proceeding", "timer-100", "proceeding", ["send-trying"]],
    ["accepted", "ack", "accepted", ["pass-ack"]],
    ["accepted", "2xx", "accepted", ["refuse-second-final"]],
    ["accepted", "300-699", "accepted", ["refuse-second-final"]],
    ["accepted", "timer-l", "terminated", ["terminate"]],
    ["completed", "request", "completed", ["resend"]],
    ["completed", "ack", "confirmed", ["stop-timers", "forget-response", "start-timer-i", "heard"]],
    ["completed", "2xx", "completed", ["refuse-second-final"]],
    ["completed", "300-699", "completed", ["refuse-second-final"]],
    ["completed", "timer-g", "completed", ["resend", "start-timer-g"]],
    ["completed", "timer-h", "terminated", ["stop-timers", "terminate", "heard"]],
    ["confirmed", "2xx", "confirmed", ["refuse-second-final"]],
    ["confirmed", "300-699", "confirmed", ["refuse-second-final"]],
    ["confirmed", "timer-i", "terminated", ["terminate"]],
  ]);
});
