import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { parseFault, parseLogLine, parseReturned } from "../../../runtime/sandbox/parse.ts";

describe("what a host says", () => {
  it("is a decision, and a state where it changed", () => {
    expect(parseReturned('{"type":"hangup"}\n', DEFAULT_LIMITS)).toEqual({
      type: "returned",
      value: { type: "hangup" },
      state: undefined,
    });
    expect(parseReturned('\n{"n":1}', DEFAULT_LIMITS)).toEqual({
      type: "returned",
      value: undefined,
      state: '{"n":1}',
    });
  });

  it("is refused before it is parsed where the decision is too large", () => {
    const limits = { ...DEFAULT_LIMITS, decisionBytes: 10 };
    expect(parseReturned(`${"[".repeat(11)}\n`, limits)).toMatchObject({ fault: { reason: "invalid-decision" } });
  });

  it("never throws, and a fault always has a reason and a message", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseReturned(text, DEFAULT_LIMITS).type).toMatch(/^(returned|fault)$/);
        const { fault } = parseFault(text);
        expect([typeof fault.reason, typeof fault.message]).toEqual(["string", "string"]);
        parseLogLine(text);
      }),
    );
    expect(parseFault('{"reason":"quarantined","message":"no"}').fault.reason).toBe("crashed");
    expect(parseLogLine("[9,4]")).toBeNull();
  });
});
