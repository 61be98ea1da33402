import { describe, expect, it } from "vitest";
import { formatEvent, parseEvent } from "../../../../runtime/switch/presence/event-header.ts";

describe("Event (RFC 6665 §8.2.1)", () => {
  it.each([
    ["message-summary", "message-summary", null],
    [" presence ", "presence", null],
    ["dialog;id=abc", "dialog", "abc"],
    ["dialog ; ID = abc ;x=y", "dialog", "abc"],
    ["dialog;sla;ma", "dialog", null],
    ["presence.winfo;id=1;id=2", "presence.winfo", "1"],
  ])("reads %j", (text, name, id) => {
    expect(parseEvent(text)).toEqual({ name, id });
  });

  it.each(["", " ", ";id=1", "a b", "a,b", "a;id", "a;id=", 'a;id="b c"', "a;;id=1", "a;id=<x>", "é", "a".repeat(129)])(
    "refuses %j",
    (text) => {
      expect(parseEvent(text)).toBeUndefined();
    },
  );

  it("is written as it was read", () => {
    for (const text of ["presence", "dialog;id=x.1"]) {
      const event = parseEvent(text);
      expect(event === undefined ? undefined : formatEvent(event)).toBe(text);
    }
  });
});
