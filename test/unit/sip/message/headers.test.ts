import { describe, expect, it } from "vitest";
import { NameSet } from "../../../../runtime/sip/message/header-name.ts";
import { requestOf } from "./message-text.ts";

describe("header block (RFC 3261 §7.3)", () => {
  it("finds a header by any spelling, its compact form, and with spaces before the colon", () => {
    const lines = ["s:one", "SUBJECT : two", "sUbJeCt\t:three", "k: timer", "Supported: path", "x-Own: 1", "X-OWN: 2"];
    const { headers } = requestOf({ lines });
    expect(headers.all("subject")).toEqual(["one", "two", "three"]);
    expect(headers.all("supported")).toEqual(["timer", "path"]);
    expect(headers.all("x-own")).toEqual(["1", "2"]);
    expect(headers.get("x-own")).toBe("1");
    expect([headers.has("x-own"), headers.has("x-other"), headers.get("date")]).toEqual([true, false, undefined]);
  });

  it.each([
    ["a", "accept-contact"],
    ["b", "referred-by"],
    ["c", "content-type"],
    ["d", "request-disposition"],
    ["e", "content-encoding"],
    ["j", "reject-contact"],
    ["k", "supported"],
    ["m", "contact"],
    ["o", "event"],
    ["r", "refer-to"],
    ["s", "subject"],
    ["u", "allow-events"],
    ["x", "session-expires"],
    ["y", "identity"],
  ])("reads the compact form %s as %s", (compact, name) => {
    expect(requestOf({ lines: [`${compact}: v`, `${compact.toUpperCase()}: w`] }).headers.all(name)).toEqual([
      "v",
      "w",
    ]);
  });

  it("reads a message that has only compact forms", () => {
    const set = { Via: null, From: null, To: null, "Call-ID": null };
    const lines = ["v: SIP/2.0/UDP a;branch=z9hG4bK9", "f: <sip:a@b>;tag=1", "t: <sip:c@d>;tag=2", "i: id", "l: 0"];
    const request = requestOf({ set, lines });
    expect([request.topVia.branch, request.fromTag, request.toTag, request.callId]).toEqual([
      "z9hG4bK9",
      "1",
      "2",
      "id",
    ]);
  });

  it("makes each fold one space, whatever white space it is of", () => {
    const { headers } = requestOf({
      lines: ["Subject:  one \t\r\n\t two\r\n   three  ", "Empty:", "Organization:\r\n late"],
    });
    expect(headers.get("subject")).toBe("one two three");
    expect(headers.get("empty")).toBe("");
    expect(headers.get("organization")).toBe("late");
  });

  it("reads folded essentials as if they were not folded", () => {
    const via = "SIP / 2.0\r\n /UDP\r\n\t192.0.2.2 : 5070\r\n ;branch = z9hG4bK7 ; rport";
    const request = requestOf({
      set: { Via: via, CSeq: "0009\r\n  OPTIONS", From: '"A \\"" \r\n <sip:a@b> \r\n ; tag = 7' },
    });
    expect(request.topVia).toMatchObject({
      transport: "UDP",
      host: "192.0.2.2",
      port: 5070,
      branch: "z9hG4bK7",
      rport: true,
    });
    expect([request.cseq, request.fromTag, request.from.name]).toEqual([{ number: 9, method: "OPTIONS" }, "7", 'A "']);
  });

  it("gives the elements of a list over lines and commas, in order", () => {
    const lines = ["Route: <sip:p1;lr>,<sip:p2;x=a,b>", 'Route: "q, \\" <" <sip:p3>', "Supported:", "Require: a,,b ,"];
    const { headers } = requestOf({ lines });
    expect(headers.list("route")).toEqual(["<sip:p1;lr>", "<sip:p2;x=a,b>", '"q, \\" <" <sip:p3>']);
    expect([headers.list("supported"), headers.list("require"), headers.list("path")]).toEqual([[], ["a", "b"], []]);
  });

  it("copies what is not owned: in order, names as written, compact names made long", () => {
    const lines = ["X-One:  a", "m: <sip:a@b>", "sUBJECT: s", "s: t", "X-Two: b\r\n c", "CONTENT-length: 0"];
    const owned = new NameSet(["via", "from", "to", "call-id", "cseq", "max-forwards", "contact", "content-length"]);
    expect(requestOf({ lines }).headers.fieldsExcept(owned)).toEqual([
      ["X-One", "a"],
      ["sUBJECT", "s"],
      ["Subject", "t"],
      ["X-Two", "b c"],
    ]);
  });

  it("does not take an unknown name of a known length for the known one", () => {
    const { headers } = requestOf({ lines: ["Zall-ID: x", "C%6Fntact: <sip:a@b>", "Suppor\x60ed: y"] });
    expect([headers.get("contact"), headers.get("supported"), headers.get("c%6fntact")]).toEqual([
      undefined,
      undefined,
      "<sip:a@b>",
    ]);
  });

  it("shows the lines as they came", () => {
    expect(requestOf({ set: { "Max-Forwards": null }, lines: ["A:\r\n b"] }).headers.text).toMatch(
      /CSeq: 1 OPTIONS\r\nA:\r\n b\r\n$/,
    );
  });
});
