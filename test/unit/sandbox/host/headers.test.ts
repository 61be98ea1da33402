import { describe, expect, it } from "vitest";
import { CallHeaders } from "../../../../runtime/sandbox/host/realm/headers.ts";

describe("call.headers (RFC 3261 §7.3)", () => {
  it.each([
    ["f", "From"],
    ["t", "To"],
    ["v", "Via"],
    ["i", "Call-ID"],
    ["m", "Contact"],
    ["l", "Content-Length"],
    ["c", "Content-Type"],
    ["k", "Supported"],
    ["s", "Subject"],
    ["o", "Event"],
    ["u", "Allow-Events"],
    ["r", "Refer-To"],
    ["b", "Referred-By"],
    ["e", "Content-Encoding"],
    ["x", "Session-Expires"],
  ])("finds %s and %s by each other's name, in any case", (compact, long) => {
    for (const [written, asked] of [
      [compact, long],
      [long, compact],
      [long.toUpperCase(), long.toLowerCase()],
      [compact.toUpperCase(), compact],
    ] as const) {
      expect(new CallHeaders(`${written}: value`).get(asked)).toBe("value");
    }
  });

  it("trims values, joins folded lines by one space, and keeps colons and empty values", () => {
    const headers = new CallHeaders("Subject \t:  a: b  \r\n\t c \r\n  d\r\nX-Empty:\r\nno header line\r\n");
    expect(headers.get("subject")).toBe("a: b c d");
    expect(headers.get("X-Empty")).toBe("");
    expect(headers.all("no header line")).toEqual([]);
  });

  it("gives the first line by get and all lines in order by all", () => {
    const headers = new CallHeaders("Via: one, two\nRoute: r\nv: three");
    expect(headers.get("Via")).toBe("one, two");
    expect(headers.all("via")).toEqual(["one, two", "three"]);
    expect(headers.get("Contact")).toBeUndefined();
    expect(headers.get("__proto__")).toBeUndefined();
  });

  it("is empty without a head", () => {
    expect(new CallHeaders(undefined).all("Via")).toEqual([]);
  });
});
