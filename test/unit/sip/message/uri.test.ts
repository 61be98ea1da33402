import { describe, expect, it } from "vitest";
import {
  escapeUser,
  formatHost,
  isSameUri,
  parseUri,
  toRequestUri,
  unescapeUser,
} from "../../../../runtime/sip/message/uri.ts";

function isSame(a: string, b: string): boolean {
  const [first, second] = [parseUri(a), parseUri(b)];
  if (first === undefined || second === undefined) throw new Error(`Not a URI: ${a} or ${b}`);
  expect(isSameUri(second, first)).toBe(isSameUri(first, second));
  return isSameUri(first, second);
}

describe("SIP URIs (RFC 3261 §19.1.1)", () => {
  it("reads every part", () => {
    expect(parseUri("SIPS:Al%69ce:pw@Example.COM:5061;Transport=TCP;lr;x=%41b?a=b&c=d")).toEqual({
      kind: "sip",
      scheme: "sips",
      user: "Al%69ce",
      password: "pw",
      host: "example.com",
      port: 5061,
      params: new Map<string, string | true>([
        ["transport", "TCP"],
        ["lr", true],
        ["x", "Ab"],
      ]),
      headers: "a=b&c=d",
      text: "SIPS:Al%69ce:pw@Example.COM:5061;Transport=TCP;lr;x=%41b?a=b&c=d",
    });
  });

  it.each([
    ["sip:sips%3Auser%40example.com@example.net", "sips%3Auser%40example.com", "example.net"],
    ["sip:user;par=u%40example.net@example.com", "user;par=u%40example.net", "example.com"],
    [
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com",
      "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
      "example.com",
    ],
    ["sip:%00%00@host5.example.com", "%00%00", "host5.example.com"],
    ["sip:#31#+49@example.com", "#31#+49", "example.com"],
    ["sip:SIP", undefined, "sip"],
    ["sip:a@[2001:DB8::1]", "a", "2001:db8::1"],
    ["sip:[2001:db8::10:5070]", undefined, "2001:db8::10:5070"],
    ["sip:a@[::ffff:192.0.2.10]", "a", "::ffff:192.0.2.10"],
    ["sip:a@[2001:db8::192.0.2.1]", "a", "2001:db8::192.0.2.1"],
    ["sip:a@[2001:db8:::192.0.2.1]", "a", "2001:db8::192.0.2.1"],
    ["sip:a@example.com.", "a", "example.com."],
  ])("reads %s", (text, user, host) => {
    expect(parseUri(text)).toMatchObject({ user, host });
  });

  it("undoes the escapes of parameters once", () => {
    const uri = parseUri("sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31");
    expect(uri).toMatchObject({
      user: "cal%6Cer",
      params: new Map<string, string | true>([
        ["lr", true],
        ["name", "value%41"],
      ]),
    });
  });

  it.each([
    "",
    "sip",
    "sip:",
    ":a@b",
    "1sip:a@b",
    "sip:@b",
    "sip::pw@b",
    "sip:a@",
    "sip:a@b@c",
    "sip:a@b:",
    "sip:a@b:0",
    "sip:a@b:65536",
    "sip:a@b:5060x",
    "sip:2001:db8::10",
    "sip:a@[2001:db8::10",
    "sip:a@[2001:db8:::10]",
    "sip:a@[1.2.3.4]",
    "sip:a@[1:2:3:4:5:6:7:8:9]",
    "sip:a@[1::2::3]",
    "sip:a@[::256.1.1.1]",
    "sip:a@[1:2:3:4:5:6:7::8]x",
    "sip:a@b..c",
    "sip:a@.b",
    "sip:a@b;",
    "sip:a@b;;lr",
    "sip:a@b;=x",
    "sip:a@b?",
    "sip:a b@c",
    "sip:a@b c",
    "sip:a%@b",
    "sip:a%4@b",
    "sip:a%zz@b",
    "sip:<a@b>",
    'sip:"a"@b',
    "sip:a@b\r\nX: y",
    "sip:a\0@b",
    "sip:a@b,sip:c@d",
    "tel:",
    "tel:+",
    "tel:+49abc",
    "tel:abcxyz",
    "tel:+1;;a",
    "x y:z",
  ])("does not read %j", (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe("tel and other URIs", () => {
  it("takes visual separators out of telephone numbers (RFC 3966 §5.1.1)", () => {
    expect(parseUri("tel:+1-(201)-555.0123;Phone-Context=x;isub=1")).toEqual({
      kind: "tel",
      scheme: "tel",
      number: "+12015550123",
      params: new Map([
        ["phone-context", "x"],
        ["isub", "1"],
      ]),
      text: "tel:+1-(201)-555.0123;Phone-Context=x;isub=1",
    });
    expect(parseUri("TEL:*21#")).toMatchObject({ kind: "tel", number: "*21#" });
  });

  it("keeps URIs of other schemes as they are", () => {
    expect(parseUri("Soap.Beep://192.0.2.103:3002")).toEqual({
      kind: "other",
      scheme: "soap.beep",
      text: "Soap.Beep://192.0.2.103:3002",
    });
  });
});

describe("A URI in a request line (RFC 3261 §19.1.1)", () => {
  it.each([
    ["sip:bob@example.com", "sip:bob@example.com"],
    ["sip:bob@example.com;transport=tcp?Replaces=a&X-Y=b", "sip:bob@example.com;transport=tcp"],
    ["sip:bob@example.com;method=BYE;lr", "sip:bob@example.com;lr"],
    ["sip:b?b@example.com", "sip:b?b@example.com"],
    ["sip:b;method=x@example.com;method=BYE", "sip:b;method=x@example.com"],
    ["tel:+4930123", "tel:+4930123"],
  ])("%s is %s", (text, expected) => {
    expect(toRequestUri(text)).toBe(expected);
  });
});

describe("URI comparison (RFC 3261 §19.1.4)", () => {
  it.each([
    ["sip:%61lice@A.example;transport=TCP", "sip:alice@a.EXAMPLE;Transport=tcp"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
    ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"],
    [
      "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
      "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
    ],
    [
      "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
      "sip:alice@atlanta.com?Priority=urgent&subject=project%20x",
    ],
    ["sip:[2001:db8::1]", "sip:[2001:0DB8:0:0::0:1]"],
    ["sip:[::ffff:192.0.2.10]", "sip:[::FFFF:c000:20a]"],
    ["tel:+1-201-555-0123;x=A", "tel:+12015550123;X=a"],
    ["ISBN:2983792873", "isbn:2983792873"],
  ])("takes %s and %s for the same", (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  it.each([
    ["sip:ALICE@atlanta.com", "sip:alice@atlanta.com"],
    ["sip:alice@a", "sips:alice@a"],
    ["sip:alice@a", "sip:alice:pw@a"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;user=phone"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;maddr=192.0.2.1"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;ttl=1"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;method=INVITE"],
    ["sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"],
    ["sip:a@b?x=1&y=2", "sip:a@b?x=1%26y=2"],
    ["sip:[2001:db8::1]", "sip:[2001:db8::2]"],
    ["sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"],
    ["tel:+1201", "tel:1201"],
    ["tel:+1201;a=b", "tel:+1201"],
    ["tel:1", "sip:1@a"],
    ["isbn:1", "isbn:2"],
  ])("tells %s from %s", (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });
});

describe("escaping", () => {
  it("undoes escapes once and makes them for all that a user part cannot hold", () => {
    expect(unescapeUser("a%2541%40%zz")).toBe("a%41@%zz");
    expect(escapeUser("a@b:c %#\xe9\r\n")).toBe("a%40b%3Ac%20%25%23%E9%0D%0A");
    expect(escapeUser("a-_.!~*'()&=+$,;?/9")).toBe("a-_.!~*'()&=+$,;?/9");
    expect([formatHost("::1"), formatHost("a.example")]).toEqual(["[::1]", "a.example"]);
  });
});
