import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesNumber, parseNumberPattern } from "../../../runtime/contract/number-pattern.ts";

function matches(pattern: string, text: string): boolean {
  const parsed = parseNumberPattern(pattern);
  if (!parsed.ok) throw new Error(parsed.problem);
  return matchesNumber(parsed.value, text);
}

describe("number patterns", () => {
  it.each([
    ["100", ["100"], ["10", "1000", "101", ""]],
    ["alice", ["alice"], ["Alice", "alic", "alice2"]],
    ["1XX", ["100", "199"], ["1a0", "10", "1000"]],
    ["[2-9]XX", ["200", "999"], ["100", "20"]],
    ["[13579]", ["1", "9"], ["2", "-"]],
    ["[a-c0]", ["a", "c", "0"], ["d", "-"]],
    ["+49X{3,5}", ["+49123", "+4912345"], ["+4912", "+49123456", "49123"]],
    ["X{3}", ["123"], ["12", "1234"]],
    ["X{0,2}5", ["5", "15", "125"], ["1235", "12"]],
    ["0*", ["0", "00", "0abc"], ["", "1"]],
    ["*", ["", "anything"], []],
    ["\\*97", ["*97"], ["97"]],
    ["\\X1", ["X1"], ["11"]],
    ["00[1-9]X{1,3}*", ["0011", "001123456789"], ["000", "001"]],
    // Which of the two counted steps takes the middle digit is not known before the end.
    ["X{1,3}5X{1,3}", ["151", "555", "5555555"], ["5", "55", "1234"]],
  ])("reads %s", (pattern, fitting, others) => {
    for (const text of fitting) expect([text, matches(pattern, text)]).toEqual([text, true]);
    for (const text of others) expect([text, matches(pattern, text)]).toEqual([text, false]);
  });

  it.each([
    ["", "a pattern may not be empty"],
    ["1*2", '"*" stands for the rest and must be last; write "\\*" for the key'],
    ["[12", '"[" at character 1 is not closed'],
    ["[]", "an empty class [] matches nothing"],
    ["[9-2]", '"9-2" is no range of digits or letters'],
    ["[a-9]", '"a-9" is no range of digits or letters'],
    ["1{x}", '"{" at character 2 must begin a count such as {3} or {2,8}'],
    ["1{3", '"{" at character 2 must begin a count such as {3} or {2,8}'],
    ["{3}", '"{" at character 1 has nothing to belong to'],
    ["1]", '"]" at character 2 has nothing to belong to'],
    ["1{5,2}", "the count {5,2} must go from a smaller to a larger number, up to 128"],
    ["1{0}", "the count {0} must go from a smaller to a larger number, up to 128"],
    ["X{128}X", "a pattern may stand for at most 128 characters"],
    ["1\\", '"\\" must stand before a character'],
  ])("refuses %j and says why", (pattern, problem) => {
    expect(parseNumberPattern(pattern)).toEqual({ ok: false, problem });
  });

  it("matches no user part longer than 128 characters", () => {
    expect(matches("*", "1".repeat(128))).toBe(true);
    expect(matches("*", "1".repeat(129))).toBe(false);
  });

  it("agrees with a regular expression of the same meaning", () => {
    const atom = fc.constantFrom(["1", "1"], ["X", "[0-9]"], ["[2-4]", "[2-4]"], ["a", "a"]);
    const count = fc.constantFrom(["", ""], ["{2}", "{2}"], ["{1,3}", "{1,3}"], ["{0,2}", "{0,2}"]);
    const step = fc.tuple(atom, count).map(([a, c]) => [`${a[0]}${c[0]}`, `${a[1]}${c[1]}`]);
    const text = fc.string({ unit: fc.constantFrom("1", "2", "3", "a", "9"), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.boolean(), text, (steps, open, subject) => {
        const pattern = steps.map(([own]) => own).join("") + (open ? "*" : "");
        const reference = new RegExp(`^${steps.map(([, regex]) => regex).join("")}${open ? ".*" : ""}$`);
        expect(matches(pattern, subject)).toBe(reference.test(subject));
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws on a pattern somebody types", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("X", "[", "]", "{", "}", ",", "-", "*", "\\", "1", "9") }),
        (text) => {
          const parsed = parseNumberPattern(text);
          if (parsed.ok) matchesNumber(parsed.value, "19");
        },
      ),
    );
  });
});
