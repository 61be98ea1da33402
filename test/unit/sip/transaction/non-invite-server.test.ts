import { describe, expect, it } from "vitest";
import { nonInviteServer } from "../../../../runtime/sip/transaction/non-invite-server.ts";
import { itHasRows } from "./machine-rows.ts";

describe("non-INVITE server machine (RFC 3261 §17.2.2)", () => {
  it("begins in trying: passes the request", () => {
    expect(nonInviteServer.initial).toEqual({ next: "trying", effects: ["pass"] });
  });

  itHasRows(nonInviteServer, [
    ["trying", "1xx", "proceeding", ["send"]],
    ["trying", "2xx", "completed", ["send", "forget-request", "start-timer-j"]],
    ["trying", "300-699", "completed", ["send", "forget-request", "start-timer-j"]],
    ["proceeding", "request", "proceeding", ["resend"]],
    ["proceeding", "1xx", "proceeding", ["send"]],
    ["proceeding", "2xx", "completed", ["send", "forget-request", "start-timer-j"]],
    ["proceeding", "300-699", "completed", ["send", "forget-request", "start-timer-j"]],
    ["completed", "request", "completed", ["resend"]],
    ["completed", "2xx", "completed", ["refuse-second-final"]],
    ["completed", "300-699", "completed", ["refuse-second-final"]],
    ["completed", "timer-j", "terminated", ["terminate"]],
  ]);
});
