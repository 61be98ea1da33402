import { describe, expect, it } from "vitest";
import { countryOfNumber } from "../../../../runtime/numbers/phone-numbers.ts";
import type { DestinationPolicy } from "../../../../runtime/port/policy.ts";
import { parseUri } from "../../../../runtime/sip/message/uri.ts";
import { Destinations } from "../../../../runtime/switch/policy/destinations.ts";

function refusal(policy: DestinationPolicy, text: string): string | null {
  const uri = parseUri(text);
  if (uri?.kind !== "sip") throw new Error(`${text} is no SIP URI`);
  return new Destinations(policy, countryOfNumber).refusalOf(uri);
}

const WITHOUT_CODE = "numbers without + and country code are not allowed";

describe("Whom a policy lets a script call outside", () => {
  it.each([
    ["anybody, where it says nothing", {}, "sip:0900123@gw.example.net", null],
    ["a number of a country", { countries: ["DE", "AT"] }, "sip:+4930123456@gw.example.net", null],
    ["no number of another one", { countries: ["DE", "AT"] }, "sip:+33123456789@gw", "country FR is not allowed"],
    ["a number however it is separated", { countries: ["DE"] }, "sip:+49-30-123456;isub=1@gw", null],
    ["no number that hides its code", { countries: ["DE"] }, "sip:%2B33123456789@gw", "country FR is not allowed"],
    ["no digits that a gateway may read as it likes", { countries: ["DE"] }, "sip:0033123456789@gw", WITHOUT_CODE],
    ["no digits that look like a number at home", { countries: ["DE"] }, "sip:33123456789@gw", WITHOUT_CODE],
    ["nothing after the number", { countries: ["DE"] }, "sip:+4930123456,,0033@gw", WITHOUT_CODE],
    ["no number of no country", { countries: ["DE"] }, "sip:+80012345678@gw", "it is no number of a single country"],
    ["no name, where it speaks of numbers", { countries: ["DE"] }, "sip:bob@example.net", "only numbers are allowed"],
    ["a name at a host that it names", { countries: ["DE"], hosts: ["example.net"] }, "sip:bob@Example.NET", null],
    [
      "no number at that host",
      { countries: ["DE"], hosts: ["gw"] },
      "sip:+33123456789@gw",
      "country FR is not allowed",
    ],
    ["a number by its prefix", { prefixes: ["+4930"] }, "sip:+4930123@gw", null],
    ["no other one", { prefixes: ["+4930"] }, "sip:+4940123@gw", "no prefix that is allowed begins it"],
    ["a prefix beside countries", { countries: ["AT"], prefixes: ["+4930"] }, "sip:+4930123@gw", null],
    ["an extension of another switch", { countries: ["DE"], prefixes: ["20"] }, "sip:204@pbx.example.net", null],
    [
      "nothing that is denied",
      { countries: ["DE"], denyPrefixes: ["+49900"] },
      "sip:+49900123@gw",
      "prefix +49900 is denied",
    ],
    ["nothing that is denied alone", { denyPrefixes: ["+49900"] }, "sip:+49-900-1@gw", "prefix +49900 is denied"],
    ["no other way to write what is denied", { denyPrefixes: ["+49900"] }, "sip:0900123@gw", WITHOUT_CODE],
    ["what is not denied", { denyPrefixes: ["+49900"] }, "sip:bob@example.net", null],
    ["digits where only digits are denied", { denyPrefixes: ["0900"] }, "sip:030123@gw", null],
    ["hosts", { hosts: ["sip.example.net", "*.example.com"] }, "sip:+33123456789@a.example.com:5070", null],
    ["no other host", { hosts: ["sip.example.net"] }, "sip:1@evil.example", "host evil.example is not allowed"],
    ["no other port, where it names one", { hosts: ["gw:5080"] }, "sip:1@gw", "host gw is not allowed"],
    ["no host behind that host", { hosts: ["gw"] }, "sip:1@gw;maddr=evil.example", "host evil.example is not allowed"],
  ] as const)("is %s", (_title, policy, uri, expected) => {
    expect(refusal(policy, uri)).toBe(expected);
  });

  it("is users of the switch unless it says no", () => {
    expect(new Destinations({ countries: [] }, countryOfNumber).refusalOfUsers()).toBeNull();
    expect(new Destinations({ users: false }, countryOfNumber).refusalOfUsers()).toBe(
      "users of this switch are not allowed",
    );
  });
});
