import { describe, expect, it } from "vitest";
import { parseContacts } from "../../../../../runtime/sip/message/header/contact.ts";
import { formatNameAddr, parseNameAddr } from "../../../../../runtime/sip/message/header/name-addr.ts";

const map = (entries: Record<string, string | true>) => new Map(Object.entries(entries));

describe("name-addr and addr-spec (RFC 3261 §20.10, §25.1)", () => {
  it.each([
    ["<sip:a@b>", "", "sip:a@b", {}],
    ["sip:a@b", "", "sip:a@b", {}],
    ["sip:a@b;tag=1", "", "sip:a@b", { tag: "1" }],
    ["<sip:a@b;lr>;Tag=x;q=0.5", "", "sip:a@b;lr", { tag: "x", q: "0.5" }],
    ["caller<sip:a@b>", "caller", "sip:a@b", {}],
    ["token1~` token2'+_  token3*%!.- <sip:a@b>", "token1~` token2'+_  token3*%!.-", "sip:a@b", {}],
    ['"Joe, \\"J\\\\; <sip:x@y>" <sip:a@b>;tag=1', 'Joe, "J\\; <sip:x@y>', "sip:a@b", { tag: "1" }],
    ['"A"<sip:a@b?x=y,z>', "A", "sip:a@b?x=y,z", {}],
    ["< sip:a@b >", "", "sip:a@b", {}],
    ["\xd0\x96 <tel:+1>", "\xd0\x96", "tel:+1", {}],
    [' sip:a@b ; p = "q;, r" ; flag ', "", "sip:a@b", { p: "q;, r", flag: true }],
    ['<sip:a@b>;+sip.instance="<urn:uuid:1>"', "", "sip:a@b", { "+sip.instance": "<urn:uuid:1>" }],
    ["<sip:a@b>;x=1;X=2", "", "sip:a@b", { x: "1" }],
  ])("reads %s", (text, name, uri, params) => {
    expect(parseNameAddr(text)).toMatchObject({ name, uri, params: map(params as Record<string, string | true>) });
  });

  it.each([
    "",
    "<>",
    "<sip:>",
    "sip",
    "a b",
    '"open <sip:a@b>',
    '"x" sip:a@b',
    'x "y" <sip:a@b>',
    "<sip:a@b",
    "<sip:a@b>x",
    "<sip:a@b>;",
    "<sip:a@b>;;x",
    "<sip:a@b>;=x",
    '<sip:a@b>;x="y',
    "<sip:a b>",
    "<<sip:a@b>>",
    "sip:a@b?x=y",
    "Bell, A <sip:a@b>",
    "<sip:a@b>, <sip:c@d>",
    "<sip:a@b>;x=y z",
  ])("does not read %j", (text) => expect(parseNameAddr(text)).toBeUndefined());

  it("writes names quoted, URIs in brackets, and values quoted where they must be", () => {
    const params = [
      ["tag", "a1"],
      ["x", "y z"],
      ["lr", true],
      ["host", "[::1]"],
      ["+sip.instance", "abc"],
    ] as const;
    const text = formatNameAddr({ name: 'A "b" \\ c\r\nX: y', uri: "sip:a@b;c?d", params });
    expect(text).toBe('"A \\"b\\" \\\\ c X: y" <sip:a@b;c?d>;tag=a1;x="y z";lr;host=[::1];+sip.instance="abc"');
    expect(parseNameAddr(text)).toMatchObject({
      name: 'A "b" \\ c X: y',
      uri: "sip:a@b;c?d",
      params: new Map<string, string | true>(params),
    });
    expect(formatNameAddr({ name: "", uri: "sip:a@b" })).toBe("<sip:a@b>");
  });

  it("writes every octet that a URI may hold, whatever it would be as a character", () => {
    const uri = "sip:voil\xc3\xa0@b";
    expect(parseNameAddr(`<${uri}>`)?.uri).toBe(uri);
    expect(formatNameAddr({ uri })).toBe(`<${uri}>`);
  });

  it.each([{ uri: "sip:a@b>;tag=1" }, { uri: "sip:a@b\r\nX: y" }, { uri: "sip:a@b", params: [["x;y", "z"]] as const }])(
    "does not write %j",
    (value) => expect(() => formatNameAddr(value)).toThrow(/Not a/),
  );
});

describe("Contact (RFC 3261 §20.10)", () => {
  it("reads the addresses of all lines in order", () => {
    const contacts = parseContacts(['"a, b" <sip:a@b>;q=0.1, sip:c@d;expires=5', "<sip:e@f>"]);
    if (contacts === undefined || contacts === "*") throw new Error("Not read.");
    expect(contacts.map(({ uri, params }) => [uri, params.size])).toEqual([
      ["sip:a@b", 1],
      ["sip:c@d", 1],
      ["sip:e@f", 0],
    ]);
    expect(contacts[0]?.text).toBe('"a, b" <sip:a@b>;q=0.1');
  });

  it("gives the parameters of an address without brackets to the header", () => {
    const contacts = parseContacts(["sip:+19725552222@gw1.example.net;unknownparam"]);
    expect(contacts).toMatchObject([{ uri: "sip:+19725552222@gw1.example.net", params: map({ unknownparam: true }) }]);
  });

  it("reads * alone, and no addresses from no lines", () => {
    expect([parseContacts(["*"]), parseContacts([" * "]), parseContacts([])]).toEqual(["*", "*", []]);
  });

  it.each([
    ["*", "<sip:a@b>"],
    ["*, <sip:a@b>"],
    ['"Joe" <sip:joe@example.org>;;;;'],
    ["<sip:a@b>,"],
    ["<sip:a@b>,,<sip:c@d>"],
    [""],
    ["sip:a@b?Route=%3Csip:c%3E"],
    ["<sip:a@b> x"],
  ])("does not read %j %j", (...values) =>
    expect(parseContacts(values.filter((value) => value !== undefined))).toBeUndefined(),
  );
});
