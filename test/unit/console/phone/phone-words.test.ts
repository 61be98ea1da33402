import type { EndEvent } from "jssip/lib/RTCSession.js";
import { describe, expect, it } from "vitest";
import { targetOf } from "../../../../runtime/console/pages/phone/address.ts";
import { candidates, carries } from "../../../../runtime/console/pages/phone/call-place.ts";
import { microphoneProblem, reasonText, sipProblem } from "../../../../runtime/console/pages/phone/problems.ts";
import { endingOf } from "../../../../runtime/console/pages/phone/session-events.ts";

describe("What is typed into the console's phone", () => {
  it.each([
    ["bob", "sip:bob@example.test"],
    [" +43 1 (234) 56-78 ", "sip:+4312345678@example.test"],
    ["*98#", "sip:*98%23@example.test"],
    ["bob@elsewhere.test", "sip:bob@elsewhere.test"],
    ["sip:bob@elsewhere.test;user=phone", "sip:bob@elsewhere.test;user=phone"],
    ["tel:+431234", "tel:+431234"],
    ["", null],
    ["two words", null],
    ["bob>\r\nX: y", null],
  ])("%j is %s", (typed, target) => expect(targetOf(typed, "example.test")).toBe(target));
});

describe("How the console's phone says why a call has ended", () => {
  const end = (event: object, { isUp = false, direction = "outgoing" } = {}) =>
    endingOf({ direction, start_time: isUp ? new Date() : null } as never, event as EndEvent);
  const response = (status_code: number, reason_phrase: string) => ({ status_code, reason_phrase });

  it("explains the code of SIP", () => {
    const busy = end({ originator: "remote", cause: "Busy", message: response(486, "Busy Here") });
    expect(busy).toEqual({ type: "failed", problem: { code: "486 Busy Here", text: "The line is busy." } });
    expect(sipProblem(555, "Push Notification Service Not Supported").text).toMatch(/Something on the way failed/);
    expect(sipProblem(477, "").code).toBe("477");
  });

  it("tells giving up, declining and missing apart", () => {
    expect(end({ originator: "local", cause: "Canceled", message: null })).toEqual({ type: "cancelled" });
    const incoming = { direction: "incoming" };
    expect(end({ originator: "local", cause: "Rejected", message: null }, incoming)).toEqual({ type: "declined" });
    expect(end({ originator: "remote", cause: "Canceled", message: {} }, incoming)).toEqual({ type: "missed" });
  });

  it("says who hung up, and the reason that the switch gives", () => {
    const bye = (reason?: string) => ({
      originator: "remote",
      cause: "Terminated",
      message: { getHeader: () => reason },
    });
    expect(end(bye(), { isUp: true })).toEqual({ type: "hung-up", by: "them" });
    const night = end(bye('SIP;cause=480;text="Night \\"now\\""'), { isUp: true });
    expect(night).toMatchObject({ problem: { text: 'The switch has ended the call: Night "now"' } });
    expect(reasonText("Q.850;cause=16")).toBeNull();
  });

  it("has words for what JsSIP finds by itself", () => {
    const lost = end({ originator: "system", cause: "Connection Error", message: null });
    expect(lost).toEqual({ type: "failed", problem: { code: null, text: "The connection to the switch was lost." } });
  });

  it("says what to do about a microphone that is missing or refused", () => {
    expect(microphoneProblem("NotAllowedError").text).toContain("Allow it");
    expect(microphoneProblem("NotFoundError").text).toContain("no microphone");
    expect(microphoneProblem("AbortError").text).toContain("AbortError");
  });
});

describe("The call of the switch that the console's phone is in", () => {
  const call = (id: string, user: string | null, targets: string[], startedAt = "2026-01-01T00:00:00.000Z") => ({
    id,
    user,
    startedAt,
    legs: targets.map((target) => ({ target })),
  });

  it("is one that the user makes or is called by, and the newest is looked at first", () => {
    const calls = [
      call("old", "alice", []),
      call("other", "bob", ["carol", "alicette"]),
      call("new", null, ["sip:alice@example.test"], "2026-01-02T00:00:00.000Z"),
      call("called", "bob", ["alice"]),
    ];
    expect(candidates(calls, "alice").map(({ id }) => id)).toEqual(["new", "old", "called"]);
  });

  it("is known by the Call-ID of its messages, by either name", () => {
    expect(carries("INVITE sip:x SIP/2.0\r\nCall-ID: abc\r\n\r\n", "abc")).toBe(true);
    expect(carries("INVITE sip:x SIP/2.0\r\ni : abc\r\n\r\n", "abc")).toBe(true);
    expect(carries("INVITE sip:x SIP/2.0\r\nCall-ID: abcd\r\nSubject: Call-ID: abc\r\n\r\n", "abc")).toBe(false);
  });
});
