import { describe, expect, it } from "vitest";
import { cdrFields } from "../../../../runtime/console/calls/cdr-fields.ts";
import { totalsOf } from "../../../../runtime/console/pages/cdrs/totals.ts";
import type { CdrBody } from "../../../../runtime/contract/call-api.ts";

const cdr: CdrBody = {
  id: "0.call",
  domain: "example.test",
  startedAt: "2026-11-27T10:00:00.000Z",
  ringingAt: "2026-11-27T10:00:01.000Z",
  answeredAt: "2026-11-27T10:00:06.000Z",
  endedAt: "2026-11-27T10:01:06.000Z",
  seconds: 60,
  direction: "inbound",
  from: "sip:alice\u0007@example.test",
  to: "sip:700@example.test",
  user: null,
  trunk: null,
  script: "main",
  version: 3,
  result: "answered",
  code: 200,
  reason: "OK",
  endedBy: "caller",
  legs: [],
  tags: { queue: "sales" },
};
const shown = (record: CdrBody, title: string) => cdrFields(record).find((field) => field.title === title)?.value;

describe("A call record with its fields explained", () => {
  it("has each field with its meaning, and a dash where there is nothing", () => {
    expect(cdrFields(cdr).every(({ meaning, value }) => meaning !== "" && value !== "")).toBe(true);
    expect(shown(cdr, "Talked")).toBe("1:00");
    expect(shown(cdr, "Rang for")).toBe("0:05");
    expect(shown(cdr, "Trunk")).toBe("–");
    expect(shown(cdr, "Tag queue")).toBe("sales");
  });

  it("counts the ringing to the end where nobody answered", () => {
    expect(shown({ ...cdr, answeredAt: null }, "Rang for")).toBe("1:05");
    expect(shown({ ...cdr, ringingAt: null }, "Rang for")).toBe("–");
  });

  it("shows what cannot be seen", () => {
    expect(shown(cdr, "From")).toBe("sip:alice␇@example.test");
  });
});

describe("What records come to", () => {
  it("counts calls, those that were answered, and how long they lasted", () => {
    expect(totalsOf([cdr, { ...cdr, result: "failed", seconds: 0 }, cdr])).toEqual({
      calls: 3,
      answered: 2,
      seconds: 120,
    });
    expect(totalsOf([])).toEqual({ calls: 0, answered: 0, seconds: 0 });
  });
});
