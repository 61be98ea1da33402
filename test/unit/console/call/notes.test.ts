import { describe, expect, it } from "vitest";
import { type NoteItem, noteEntry, placeOf } from "../../../../runtime/console/pages/call/ladder/notes.ts";
import { qualityOf } from "../../../../runtime/console/pages/call/quality.ts";

const words = (item: object) => {
  const { kind, title, text, tone } = noteEntry({ n: 1, ms: 0, event: 1, ...item } as NoteItem);
  return `${kind} (${tone}): ${title} | ${text}`;
};

describe("What happens at the switch, in a line", () => {
  it("names an event with what can be said of it in words", () => {
    expect(words({ type: "event", handler: "bye", data: { type: "bye", by: "caller", reason: null, leg: {} } })).toBe(
      "event (plain): event bye | by caller",
    );
  });

  it("tells a decision, and a plan step by step", () => {
    const decided = (decision: unknown) =>
      words({ type: "decision", handler: "invite", outcome: "returned", decision });
    expect(decided(null)).toBe("decision (plain): decided | nothing");
    expect(decided({ type: "forward", targets: ["bob", "carol"], ringSeconds: 20 })).toBe(
      "decision (plain): decided | forward bob, carol; ringSeconds 20",
    );
    expect(decided([{ type: "answer" }, { type: "say", text: "hello" }])).toBe(
      'decision (plain): decided | answer, then say text "hello"',
    );
  });

  it("tells why there is no decision", () => {
    const failed = {
      type: "decision",
      handler: "invite",
      outcome: "timeout",
      decision: null,
      message: "took too long",
    };
    expect(words(failed)).toBe("decision (bad): invite timeout | took too long");
  });

  it("tells what an operation was asked for, and what came of it", () => {
    const asked = { type: "operation", number: 1, name: "kv.get", args: { key: "a" } };
    expect(words({ ...asked, outcome: "ok", result: 7, durationMs: 12 })).toBe(
      'operation (plain): kv.get | ("a") → 7 in 12 ms',
    );
    expect(words({ ...asked, outcome: "failed", result: { code: "full" }, durationMs: 3 })).toBe(
      'operation (warn): kv.get | ("a") → failed: {"code":"full"} in 3.0 ms',
    );
    expect(words({ ...asked, outcome: "unanswered", result: null, durationMs: null })).toBe(
      'operation (plain): kv.get | ("a") → no answer',
    );
  });

  it("tells a fault with its place", () => {
    const fault = { reason: "threw", message: "Error: broken", file: "main.ts", line: 5, column: 11 };
    expect(words({ type: "fault", handler: "invite", fault })).toBe(
      "fault (bad): fault in invite | threw: Error: broken (main.ts:5:11)",
    );
    expect(placeOf({ line: 5 })).toBe("line 5");
    expect(placeOf({})).toBe(null);
  });

  it("tells audio from other facts, and what went wrong from the rest", () => {
    expect(words({ type: "fact", what: "audio-lost", text: "callee" })).toBe("audio (warn): audio lost | callee");
    expect(words({ type: "fact", what: "step-failed", text: "play: no such file" })).toBe(
      "fact (bad): step failed | play: no such file",
    );
  });

  it("cuts what is long", () => {
    expect(words({ type: "event", handler: "info", data: { body: "x".repeat(9000) } }).length).toBeLessThan(300);
  });
});

describe("How the audio of a side was", () => {
  it("is read from what the switch says when it ends", () => {
    const figures = qualityOf(
      "callee: 120 packets sent, 98 received, 2 lost, jitter 3.1 ms, round trip 12 ms, MOS 4.2",
    );
    expect(figures?.map(({ name, value }) => `${name} ${value}`)).toEqual([
      "Side callee",
      "Sent 120 packets",
      "Received 98 packets",
      "Lost 2 (2.0 %)",
      "Jitter 3.1 ms",
      "Round trip 12 ms",
      "MOS 4.2",
    ]);
    expect(qualityOf("caller: 0 packets sent, 0 received, 0 lost, jitter 0.0 ms")?.[3]?.value).toBe("0 (0.0 %)");
    expect(qualityOf("caller: 9 packets sent, 8 received, 1 lost, jitter 0.0 ms, MOS 3.2")?.at(-1)?.value).toBe("3.2");
    expect(qualityOf("something else")).toBe(null);
  });
});
