import { describe, expect, it } from "vitest";
import type { NumberForm } from "../../../../runtime/contract/trunk.ts";
import { internationalNumber, dialledNumber as national } from "../../../../runtime/numbers/phone-numbers.ts";
import { dialledNumber, readNumber, writeNumber } from "../../../../runtime/switch/trunks/number-form.ts";

const plan = { toE164: internationalNumber, toNational: national };

describe("a number as a carrier wants it", () => {
  it.each<[string, NumberForm, string | null, string]>([
    ["+4930123456", "e164", null, "+4930123456"],
    ["+4930123456", "digits", null, "4930123456"],
    ["112", "digits", null, "112"],
    ["+4930123456", "national", "DE", "030123456"],
    ["+33123456789", "national", "DE", "0033123456789"],
    ["+12125550123", "national", "US", "2125550123"],
    ["+4930123456", "national", "US", "0114930123456"],
    ["112", "national", "DE", "112"],
    ["*31#", "national", "DE", "*31#"],
    [
      "+4930123456",
      [
        { match: "+49*", strip: 3, prefix: "0" },
        { match: "+*", strip: 1, prefix: "00" },
      ],
      null,
      "030123456",
    ],
    [
      "+33123456789",
      [
        { match: "+49*", strip: 3, prefix: "0" },
        { match: "+*", strip: 1, prefix: "00" },
      ],
      null,
      "0033123456789",
    ],
    ["112", [{ match: "+*", strip: 1 }], null, "112"],
    ["+4930123456", [{ prefix: "9" }], null, "9+4930123456"],
  ])("%s as %j in %s is %s", (number, form, country, wanted) => {
    expect(writeNumber(number, form, country, plan)).toBe(wanted);
  });
});

describe("a number of a carrier", () => {
  it.each<[string, NumberForm, string | null, string]>([
    ["+4930123456", "e164", null, "+4930123456"],
    ["+49-30-123456", "e164", null, "+4930123456"],
    ["030123456", "e164", null, "030123456"],
    ["4930123456", "digits", null, "+4930123456"],
    ["112", "digits", null, "112"],
    ["030123456", "national", "DE", "+4930123456"],
    ["0033123456789", "national", "DE", "+33123456789"],
    ["+33123456789", "national", "DE", "+33123456789"],
    ["2125550123", "national", "US", "+12125550123"],
    ["anonymous", "national", "DE", "anonymous"],
    ["12", "national", "DE", "12"],
    ["00493012", [{ match: "00*", strip: 2, prefix: "+" }], null, "+493012"],
    ["alice", [{ match: "00*", strip: 2, prefix: "+" }], null, "alice"],
    ["", "national", "DE", ""],
  ])("%s as %j in %s is %s", (text, form, country, wanted) => {
    expect(readNumber(text, form, country, plan)).toBe(wanted);
  });

  it.each(["alice", "", "+", "0".repeat(33), "12;ext=3", "0x12", "-12"])("is none where it is %j", (text) => {
    expect(dialledNumber(text)).toBeUndefined();
  });
});
