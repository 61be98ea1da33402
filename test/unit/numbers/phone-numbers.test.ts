import { describe, expect, it } from "vitest";
import { parsePhoneNumber } from "../../../runtime/numbers/phone-numbers.ts";

describe("A telephone number", () => {
  it.each([
    ["030 9018 20", "de", "+49309018 20"],
    ["0049 30 901820", "DE", "+4930901820"],
    ["+1 (212) 555-0123", "DE", "+12125550123"],
    ["212-555-0123", "US", "+12125550123"],
    ["011 44 20 7946 0958", "US", "+442079460958"],
    ["tel:+44-20-7946-0958", "US", "+442079460958"],
  ])("%s dialled in %s", (text, country, e164) => {
    expect(parsePhoneNumber(text, country)?.e164).toBe(e164.replace(" ", ""));
  });

  it("is told with its country, its kind and how people write it", () => {
    expect(parsePhoneNumber("01512 3456789", "DE")).toEqual({
      e164: "+4915123456789",
      country: "DE",
      callingCode: "49",
      national: "01512 3456789",
      international: "+49 1512 3456789",
      uri: "tel:+4915123456789",
      type: "mobile",
      valid: true,
    });
    expect(parsePhoneNumber("0900 1 234567", "DE")?.type).toBe("premium-rate");
    expect(parsePhoneNumber("+1 800 555 0199", "DE")?.type).toBe("toll-free");
    expect(parsePhoneNumber("+881612345678", "DE")).toMatchObject({ country: null, callingCode: "881" });
  });

  it.each(["alice", "", "12", "anonymous", "+", "call 030 901820 now", "1".repeat(128)])("is not %j", (text) => {
    expect(parsePhoneNumber(text, "DE")).toBeNull();
  });

  it("is not looked for in a country that does not exist", () => {
    expect(() => parsePhoneNumber("030 901820", "Germany")).toThrow('country: there is no "Germany"');
  });
});
