import { describe, expect, it } from "vitest";
import { inviteClient } from "../../../../runtime/sip/transaction/invite-client.ts";
import { itHasRows } from "./machine-rows.ts";

describe("INVITE client machine (RFC 3261 §17.1.1.2, RFC 6026 §7.2)", () => {
  it("begins in calling: sends, and starts timers A and B", () => {
    expect(inviteClient.initial).toEqual({ next: "calling", effects: ["send", "start-timer-a", "start-timer-b"] });
  });

  itHasRows(inviteClient, [
    ["calling", "1xx", "proceeding", ["stop-timers", "pass"]],
    ["calling", "2xx", "accepted", ["stop-timers", "start-timer-m", "pass", "forget-request"]],
    ["calling", "300-699", "completed", ["stop-timers", "ack", "start-timer-d", "pass", "forget-request"]],
    ["calling", "timer-a", "calling", ["send", "start-timer-a"]],
    ["calling", "timer-b", "terminated", ["stop-timers", "terminate", "timeout"]],
    ["calling", "transport-error", "terminated", ["stop-timers", "terminate", "transport-failure"]],
    ["proceeding", "1xx", "proceeding", ["pass"]],
    ["proceeding", "2xx", "accepted", ["stop-timers", "start-timer-m", "pass", "forget-request"]],
    ["proceeding", "300-699", "completed", ["stop-timers", "ack", "start-timer-d", "pass", "forget-request"]],
    ["proceeding", "cancel", "proceeding", ["stop-timers", "start-timer-b"]],
    ["proceeding", "timer-b", "terminated", ["stop-timers", "terminate", "timeout"]],
    ["proceeding", "transport-error", "terminated", ["stop-timers", "terminate", "transport-failure"]],
    ["accepted", "2xx", "accepted", ["pass"]],
    ["accepted", "timer-m", "terminated", ["terminate"]],
    ["completed", "2xx", "completed", ["stray"]],
    ["completed", "300-699", "completed", ["ack"]],
    ["completed", "timer-d", "terminated", ["terminate"]],
    ["completed", "transport-error", "terminated", ["stop-timers", "terminate"]],
  ]);
});
