import { describe, expect, it } from "vitest";
import { parseContacts } from "../../runtime/sip/message/header/contact.ts";
import { parseMessage } from "../../runtime/sip/message/parse.ts";
import { isSameUri, parseUri } from "../../runtime/sip/message/uri.ts";
import { messageOf, messageText, requestOf, responseOf, verdictOf } from "../unit/sip/message/message-text.ts";

/** Cases of our own for the rules behind RFC 4475 and RFC 5118, by section. */
describe("rules of RFC 4475 §3.1.1: valid messages", () => {
  it("§3.1.1.4, §3.1.1.5: an escaped NUL is a user part, and %45 in a method is no E", () => {
    const request = requestOf({
      start: "RE%47ISTER sip:registrar.example.com SIP/2.0",
      set: { CSeq: "1 RE%47ISTER", To: '"%Z%45" <sip:resource@example.com>' },
      lines: ["Contact: <sip:%00@h>, <sip:%00%00@h>", "C%6Fntact: <sip:x@y>"],
    });
    expect([request.method, request.to.name]).toEqual(["RE%47ISTER", "%Z%45"]);
    const contacts = parseContacts(request.headers.all("contact"));
    if (contacts === undefined || contacts === "*") throw new Error("No contacts.");
    const [one, two] = contacts.map(({ uri }) => parseUri(uri));
    expect(one !== undefined && two !== undefined && isSameUri(one, two)).toBe(false);
  });

  it("§3.1.1.8: a second message behind a datagram's body is dropped", () => {
    const text = messageText({ lines: ["Content-Length: 0"] });
    expect(messageOf(text + messageText({ start: "INVITE sip:x@y SIP/2.0" }))).toMatchObject({
      method: "OPTIONS",
      body: "",
    });
  });

  it("§3.1.1.9: a semicolon before the @ belongs to the user", () => {
    const { requestUri } = requestOf({ start: "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0" });
    expect(requestUri).toMatchObject({ user: "user;par=u%40example.net", host: "example.com" });
  });

  it("§3.1.1.11: a multipart body of binary octets comes through", () => {
    const octets = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
    const body = `--b\r\n\r\n${octets}\r\n--b--\r\n`;
    const request = requestOf({ lines: ["Content-Type: multipart/mixed;boundary=b", `l: ${body.length}`], body });
    expect(request.body).toBe(body);
  });

  it("§3.1.1.13: a reason phrase may be missing", () => {
    expect(responseOf({ start: "SIP/2.0 100 " })).toMatchObject({ status: 100, reason: "" });
  });
});

describe("rules of RFC 4475 §3.1.2, §3.2, §3.3: refused or tolerated", () => {
  it.each([
    ["§3.1.2.4 scalars out of range", { set: { CSeq: "36893488147419103232 OPTIONS", "Max-Forwards": "300" } }, 400],
    ["§3.1.2.8 white space in the Request-URI", { start: "OPTIONS sip:user@example.com; lr SIP/2.0" }, 400],
    ["§3.1.2.10 white space behind the version", { start: "OPTIONS sip:user@example.com SIP/2.0  " }, 400],
    ["§3.1.2.18 another method in CSeq", { start: "NEWMETHOD sip:a@b SIP/2.0", set: { CSeq: "8 INVITE" } }, 400],
    ["§3.1.2.19 an overlong status", { start: "SIP/2.0 4294967301 better not" }, "ignored"],
    ["§3.2.1 a branch of the magic cookie alone", { set: { Via: "SIP/2.0/UDP h;branch=z9hG4bK" } }, "message"],
    ["§3.3.1 no From, To and Call-ID", { set: { From: null, To: null, "Call-ID": null } }, 400],
    [
      "§3.3.4 unknown schemes in From and To",
      { set: { To: "isbn:2983792873", From: "<http://www.example.com>;tag=1" } },
      "message",
    ],
    [
      "§3.3.8 all that is single twice",
      { lines: ["CSeq: 9 OPTIONS", "Call-ID: b", "To: sip:x@y", "From: sip:x@y"] },
      400,
    ],
    [
      "§3.3.10 a broadcast address in a lower Via",
      { start: "SIP/2.0 200 OK", lines: ["Via: SIP/2.0/UDP 255.255.255.255"] },
      "message",
    ],
  ])("%s", (_, options, expected) => {
    expect(verdictOf(options)).toBe(expected);
  });

  it("§3.1.2.13: a Contact with a question mark needs brackets, but is not needed to parse", () => {
    const request = requestOf({ lines: ["Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"] });
    expect(parseContacts(request.headers.all("contact"))).toBeUndefined();
  });

  it("§3.3.1: a request without From, To and Call-ID can be told so", () => {
    const outcome = parseMessage(messageText({ set: { From: null, To: null, "Call-ID": null } }), "datagram");
    expect(outcome).toMatchObject({ status: 400, request: { method: "OPTIONS" } });
  });

  it("§3.4.1: a caller of RFC 2543 is understood", () => {
    const request = requestOf({
      start: "INVITE sip:UserB@example.com SIP/2.0",
      set: {
        Via: "SIP/2.0/UDP iftgw.example.com",
        From: "<sip:+1303@i.example.net;user=phone>",
        CSeq: "56 INVITE",
        "Max-Forwards": null,
      },
      lines: ["Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>"],
    });
    expect([request.fromTag, request.maxForwards, request.topVia.branch]).toEqual([undefined, undefined, undefined]);
  });
});

describe("rules of RFC 5118: IPv6", () => {
  it.each([
    [
      "§4.3 what looks like a port inside the brackets is of the address",
      "sip:[2001:db8::10:5070]",
      "2001:db8::10:5070",
      undefined,
    ],
    ["§4.4 a port behind the brackets", "sip:[2001:db8::10]:5070", "2001:db8::10", 5070],
    ["§4.9 an IPv4 address mapped into IPv6", "sip:user@[::ffff:192.0.2.2]:5060", "::ffff:192.0.2.2", 5060],
    [
      "§4.10 three colons, as the old grammar writes them",
      "sip:user@[2001:db8:::192.0.2.1]",
      "2001:db8::192.0.2.1",
      undefined,
    ],
  ])("%s", (_, uri, host, port) => {
    expect(requestOf({ start: `OPTIONS ${uri} SIP/2.0` }).requestUri).toMatchObject({ host, port });
  });

  it.each(["2001:db8::9:255", "[2001:db8::9:255]"])("§4.5: received=%s is the same address", (received) => {
    const { topVia } = requestOf({ set: { Via: `SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9` } });
    expect(topVia).toMatchObject({ host: "2001:db8::9:1", received: "2001:db8::9:255", branch: "z9" });
  });

  it("§4.2: an address without brackets is no host", () => {
    expect(verdictOf({ start: "REGISTER sip:2001:db8::10 SIP/2.0", set: { CSeq: "1 REGISTER" } })).toBe(400);
  });
});
