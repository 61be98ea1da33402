import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { parseFault, parseLogLine, parseOperation, parseReturned } from "../../../runtime/sandbox/parse.ts";

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

describe("an operation that a host asks for", () => {
  const parse = (text: string) => parseOperation(7, text, DEFAULT_LIMITS);

  it("is a name and its arguments, which are data", () => {
    const text = 'voicemail.counts\n{"mailbox":"alice"}';
    const args = { mailbox: "alice" };
    expect(parse(text)).toEqual({
      number: 7,
      name: "voicemail.counts",
      args,
      json: '{"mailbox":"alice"}',
      characters: text.length,
    });
  });

  it("may have as many characters of arguments as the limit says, all of them escaped", () => {
    const escaped = (characters: number) => `a.b\n"${"\\u00e9".repeat(characters)}"`;
    expect(parse(escaped(147_454))?.args).toHaveLength(147_454);
    expect(parse(escaped(147_457))).toBeNull();
  });

  it("is nothing where any part lacks or is too long", () => {
    expect(["", "\n", "\n{}", "a.b", "a.b\n", "a.b\n{", `${"x".repeat(65)}\n{}`].map(parse)).toEqual(
      Array(7).fill(null),
    );
  });

  it("is data or nothing, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const asked = parse(text);
        expect(asked === null || asked.number === 7).toBe(true);
      }),
    );
  });
});
