import { describe, expect, it } from "vitest";
import { formatLadder } from "../../../runtime/cli/ladder.ts";
import type { TimelineBody, TimelineItemBody } from "../../../runtime/contract/journal-api.ts";

const sip = (direction: "in" | "out", leg: string, summary: string, isRetransmission = false) =>
  ({ type: "sip", direction, leg, summary, isRetransmission, peer: "udp 192.0.2.1:5060", text: "" }) as const;

function timeline(...items: readonly object[]): TimelineBody {
  return {
    call: {
      id: "c1",
      domain: "example.com",
      script: "main",
      version: 3,
      from: "sip:alice@example.com",
      to: "sip:100@example.com",
      startedAt: "2026-01-01T00:00:00.000Z",
      endedAt: null,
      result: null,
      code: null,
    },
    items: items.map((item, index) => ({ n: index + 1, ms: index * 10, ...item }) as TimelineItemBody),
    dropped: 0,
    next: null,
  };
}

describe("A call as a ladder", () => {
  it("has the caller on the left, the called sides on the right, and what was decided between them", () => {
    const text = formatLadder(
      timeline(
        sip("in", "caller", "INVITE sip:100@example.com"),
        { type: "event", event: 1, handler: "invite", version: 3, data: {}, state: {} },
        {
          type: "decision",
          event: 1,
          handler: "invite",
          outcome: "returned",
          decision: { type: "forward", targets: ["bob"] },
          wallMs: 1.234,
          cpuMs: 0.4,
        },
        sip("out", "c1-1", "INVITE sip:bob@192.0.2.9"),
        sip("in", "c1-1", "180 Ringing (INVITE)"),
        sip("out", "caller", "180 Ringing (INVITE)", true),
      ),
    );
    expect(text.split("\n").slice(2)).toEqual([
      "      ms  caller                                   switch",
      "       0  --- INVITE sip:100@example.com -------->|",
      "      10                                          | event invite (v3)",
      '      20                                          | invite decided {"type":"forward","targets":["bob"]} in 1.2 ms, CPU 0.4 ms',
      "      30                                          |--- INVITE sip:bob@192.0.2.9 --> leg 1",
      "      40                                          |<-- 180 Ringing (INVITE) --- leg 1",
      "      50  <-- 180 Ringing (INVITE) (again) -------|",
    ]);
  });

  it("prints nothing that could steer the terminal", () => {
    const text = formatLadder(timeline({ type: "console", event: 1, level: "info", text: "a\u001b[2J\u0007b\nc" }));
    expect(text).toContain("info: ab c");
  });
});
