import { describe, expect, it } from "vitest";
import { nonInviteClient } from "../../../../runtime/sip/transaction/non-invite-client.ts";
import { itHasRows } from "./machine-rows.ts";

describe("non-INVITE client machine (RFC 3261 §17.1.2.2)", () => {
  it("begins in trying: sends, and starts timers E and F", () => {
    expect(nonInviteClient.initial).toEqual({ next: "trying", effects: ["send", "start-timer-e", "start-timer-f"] });
  });

  itHasRows(nonInviteClient, [
    ["trying", "1xx", "proceeding", ["pass"]],
    ["trying", "2xx", "completed", ["stop-timers", "start-timer-k", "pass", "forget-request"]],
    ["trying", "300-699", "completed", ["stop-timers", "start-timer-k", "pass", "forget-request"]],
    ["trying", "timer-e", "trying", ["send", "start-timer-e"]],
    ["trying", "timer-f", "terminated", ["stop-timers", "terminate", "timeout"]],
    ["trying", "transport-error", "terminated", ["stop-timers", "terminate", "transport-failure"]],
    ["proceeding", "1xx", "proceeding", ["pass"]],
    ["proceeding", "2xx", "completed", ["stop-timers", "start-timer-k", "pass", "forget-request"]],
    ["proceeding", "300-699", "completed", ["stop-timers", "start-timer-k", "pass", "forget-request"]],
    ["proceeding", "timer-e", "proceeding", ["send", "start-timer-e-at-t2"]],
    ["proceeding", "timer-f", "terminated", ["stop-timers", "terminate", "timeout"]],
    ["proceeding", "transport-error", "terminated", ["stop-timers", "terminate", "transport-failure"]],
    ["completed", "timer-k", "terminated", ["terminate"]],
  ]);
});
