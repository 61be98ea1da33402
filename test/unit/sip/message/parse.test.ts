import { describe, expect, it } from "vitest";
import { NameSet } from "../../../../runtime/sip/message/header-name.ts";
import { PARSE_LIMITS, parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { messageOf, messageText, outcomeOf, requestOf, responseOf, verdictOf } from "./message-text.ts";

describe("start lines (RFC 3261 §7.1, §7.2)", () => {
  it("skips empty lines before a message and takes them alone for a keep-alive", () => {
    expect(messageOf(`\r\n\r\n${messageText()}`).type).toBe("request");
    expect(parseMessage("\r\n\r\n", "stream")).toEqual({ type: "ignored", why: "keep-alive" });
    expect(parseMessage("", "datagram").type).toBe("ignored");
  });

  it("keeps methods as they are written, known or not", () => {
    const method = "!odd-Method0_*+`.%'~";
    expect(requestOf({ start: `${method} sip:a@b SIP/2.0`, set: { CSeq: `1 ${method}` } }).method).toBe(method);
    expect(verdictOf({ start: "options sip:a@b SIP/2.0" })).toBe(400);
  });

  it.each([
    ["OPTIONS sip:a@b sip/2.0", "message"],
    ["OPTIONS sip:a@b SIP/3.0", 505],
    ["OPTIONS sip:a@b SIP/2.1", 505],
    ["OPTIONS sip:a@b SIP/two", 400],
    ["OPTIONS <sip:a@b> SIP/2.0", 400],
    ["OPTIONS  sip:a@b SIP/2.0", 400],
    ["OPTIONS sip:a@b  SIP/2.0", 400],
    ["OPTIONS sip:a@b SIP/2.0 ", 400],
    ["OPTIONS sip:a@b; lr SIP/2.0", 400],
    ["OPTIONS sip:a@b?Route=%3Csip:c%3E SIP/2.0", 400],
    ["OPTIONS sip:2001:db8::10 SIP/2.0", 400],
    ["OPTIONS sip:a@[2001:db8::10]:5070 SIP/2.0", "message"],
    ["OPTIONS nobody-knows.this+one:opaque SIP/2.0", "message"],
    ["OPTIONS nocolon SIP/2.0", 400],
    [`OPTIONS sip:${"a".repeat(2100)}@b SIP/2.0`, 414],
    ["GET / HTTP/1.1", "ignored"],
    ["OPTIONS", "ignored"],
    ["\0\x01\0\x08!\x12\xa4B", "ignored"],
  ])("judges %j: %s", (start, expected) => {
    expect(verdictOf({ start })).toBe(expected);
  });

  it.each([
    ["SIP/2.0 100 ", 100, ""],
    ["SIP/2.0 180", 180, ""],
    ["sip/2.0 200 = 2**3 \xd0\xbd", 200, "= 2**3 \xd0\xbd"],
  ])("reads the status line %j", (start, status, reason) => {
    const response = responseOf({ start });
    expect([response.status, response.reason]).toEqual([status, reason]);
  });

  it.each([
    "SIP/2.0 4294967301 x",
    "SIP/2.0 99 x",
    "SIP/2.0 700 x",
    "SIP/2.0 2a0 x",
    "SIP/3.0 200 OK",
    "SIP/2.0  200 OK",
  ])("ignores the response %j", (start) => expect(verdictOf({ start })).toBe("ignored"));
});

describe("headers that every message needs (RFC 3261 §8.1.1)", () => {
  it.each(["Via", "From", "To", "Call-ID", "CSeq"])("refuses a request and ignores a response without %s", (name) => {
    expect(verdictOf({ set: { [name]: null } })).toBe(400);
    expect(verdictOf({ start: "SIP/2.0 200 OK", set: { [name]: null } })).toBe("ignored");
  });

  it("needs no Max-Forwards, no tag and no branch: peers of RFC 2543 send none", () => {
    const request = requestOf({ set: { "Max-Forwards": null, From: "sip:a@b", Via: "SIP/2.0/UDP a.example.com" } });
    expect([request.maxForwards, request.fromTag, request.topVia.branch]).toEqual([undefined, undefined, undefined]);
  });

  it.each(["From", "To", "Call-ID", "CSeq", "Max-Forwards"])("refuses two %s headers, equal or not", (name) => {
    const value = requestOf().headers.get(name.toLowerCase());
    expect(verdictOf({ lines: [`${name}: ${value}`] })).toBe(400);
  });

  it("takes a Content-Length said twice alike, but not two lengths", () => {
    expect(verdictOf({ lines: ["Content-Length: 2", "l: 2"], body: "ab" })).toBe("message");
    expect(verdictOf({ lines: ["Content-Length: 2", "l: 1"], body: "ab" })).toBe(400);
  });

  it.each([
    ["CSeq", "2147483647 OPTIONS", "message"],
    ["CSeq", "2147483648 OPTIONS", 400],
    ["CSeq", "36893488147419103232 OPTIONS", 400],
    ["CSeq", "1 INVITE", 400],
    ["CSeq", "1 options", 400],
    ["CSeq", "-1 OPTIONS", 400],
    ["CSeq", "1OPTIONS", 400],
    ["CSeq", "1 OPTIONS x", 400],
    ["Max-Forwards", "0", "message"],
    ["Max-Forwards", "0068", "message"],
    ["Max-Forwards", "255", "message"],
    ["Max-Forwards", "256", 400],
    ["Max-Forwards", "-1", 400],
    ["Max-Forwards", "", 400],
    ["Call-ID", "", 400],
    ["Call-ID", "a b", 400],
    ["From", "sip:a@b, sip:c@d", 400],
    ["From", "Bell, Alexander <sip:a@b>", 400],
    ["To", '"Mr. J. User <sip:j@example.com>', 400],
    ["To", "<sip:a@b", 400],
    ["To", "<sip:a@b>;;tag=1", 400],
    ["To", "<sip:a@b>;tag=1;tag=2", 400],
    ["To", '<sip:a@b>;tag="1"', 400],
    ["To", "<sip:a@b>;tag;tag=", "message"],
    ["To", "<sip:a b@c>", 400],
    ["To", "< sip:a@b >", "message"],
    ["To", "isbn:2983792873", "message"],
    ["To", "<http://www.example.com>", "message"],
    ["Via", "SIP/2.0/UDP 192.0.2.15;;,;,,", 400],
    ["Via", "SIP/2.0/UDP", 400],
    ["Via", "SIP/2.0/UDP a:99999", 400],
    ["Via", "SIP/2.0/UDP a;branch=z9hG4bK", "message"],
    ["Via", 'SIP/2.0/UDP a;branch="open', 400],
  ])("judges %s: %s as %s", (name, value, expected) => {
    expect(verdictOf({ set: { [name]: value } })).toBe(expected);
  });

  it("does not mind malformed headers that nobody needs", () => {
    const lines = [
      "Contact: <sip:a",
      "Date: yesterday",
      "Authorization: NoOneKnows opaque",
      "Warning: 1812 x",
      "Route: ;;,;",
    ];
    expect(verdictOf({ lines })).toBe("message");
  });
});

describe("refusals that can be answered", () => {
  it("hands over the request with what could be read", () => {
    const outcome = outcomeOf({ set: { Via: "SIP/7.0/UDP 192.0.2.15:5070;branch=z9hG4bK3;;x,;", "Call-ID": null } });
    if (outcome.type !== "refused" || outcome.request === undefined) throw new Error("Cannot be answered.");
    const { request } = outcome;
    expect(request.topVia).toMatchObject({ host: "192.0.2.15", port: 5070, branch: "z9hG4bK3" });
    expect([request.callId, request.fromTag, request.cseq.number]).toEqual(["", "f1", 1]);
    request.stampVia("192.0.2.99", undefined);
    expect(request.responseVias).toEqual(["SIP/7.0/UDP 192.0.2.15:5070;branch=z9hG4bK3;received=192.0.2.99"]);
  });

  it("has no request to hand over without a Via that can be read", () => {
    expect(outcomeOf({ set: { Via: "SIP/2.0" } })).toMatchObject({ type: "refused", status: 400, request: undefined });
  });

  it("never refuses an ACK: it has no answer", () => {
    expect(verdictOf({ start: "ACK sip:a@b SIP/2.0", set: { CSeq: "1 INVITE" } })).toBe("ignored");
    expect(verdictOf({ start: "ACK sip:a@b SIP/3.0", set: { CSeq: "1 ACK" } })).toBe("ignored");
  });
});

describe("line ends and header lines (RFC 3261 §7, §7.3.1)", () => {
  it.each([
    ["bare LF for all line ends", messageText().replaceAll("\r\n", "\n")],
    ["one bare LF", messageText().replace("70\r\n", "70\n")],
    ["a bare CR in a value", messageText({ lines: ["Subject: a\rb"] })],
    ["a bare CR before a line end", messageText({ lines: ["Subject: a\r"] })],
    ["NUL in a value", messageText({ lines: ["Subject: a\0b"] })],
    ["white space before the first header", messageText({ start: "OPTIONS sip:a@b SIP/2.0\r\n " })],
    ["a line without a colon", messageText({ lines: ["Subject"] })],
    ["a line without a name", messageText({ lines: [": x"] })],
    ["a name with a space in it", messageText({ lines: ["Sub ject: x"] })],
    ["no empty line at the end", messageText().slice(0, -2)],
    ["a line that is cut off", messageText().slice(0, -8)],
  ])("refuses %s, answerably", (_, text) => {
    const outcome = parseMessage(text, "datagram");
    if (outcome.type !== "refused") throw new Error(`Got ${outcome.type}.`);
    expect([outcome.status, outcome.request?.callId]).toEqual([400, "c1@192.0.2.1"]);
    for (const [, value] of outcome.request?.headers.fieldsExcept(new NameSet([])) ?? [])
      expect(value).not.toMatch(/[\r\n\0]/);
  });

  it("takes NUL that a quoted string escapes, and any octet in a body", () => {
    expect(requestOf({ set: { To: '"NUL:\\\0 DEL:\\\x7f" <sip:a@b>' } }).to.name).toBe("NUL:\0 DEL:\x7f");
    expect(requestOf({ body: "\0\r\xff\n" }).body).toBe("\0\r\xff\n");
  });
});

describe("bodies and Content-Length (RFC 3261 §18.3)", () => {
  it.each([
    [undefined, "datagram", "abc"],
    ["2", "datagram", "ab"],
    ["0", "datagram", ""],
    ["003", "datagram", "abc"],
    ["4", "datagram", 400],
    ["-999", "datagram", 400],
    ["3, 3", "datagram", 400],
    ["", "datagram", 400],
    ["99999999999999999999", "datagram", 400],
    ["3", "stream", "abc"],
    ["2", "stream", 400],
    ["4", "stream", 400],
    [undefined, "stream", 400],
  ] as const)("with Content-Length %s and three octets in a %s: %s", (length, transport, expected) => {
    const text = messageText({ lines: length === undefined ? [] : [`Content-Length: ${length}`], body: "abc" });
    const outcome = parseMessage(text, transport);
    expect(outcome.type === "message" ? outcome.message.body : verdictOf(text, transport)).toBe(expected);
  });
});

describe("limits", () => {
  it.each([
    ["a head that is just not too long", `Subject: ${"x".repeat(PARSE_LIMITS.headBytes - 250)}`, "", "message"],
    ["a head that is too long", `Subject: ${"x".repeat(PARSE_LIMITS.headBytes)}`, "", 513],
    [
      "the most header lines",
      Array(PARSE_LIMITS.headerLines - 6)
        .fill("A: b")
        .join("\r\n"),
      "",
      "message",
    ],
    [
      "too many header lines",
      Array(PARSE_LIMITS.headerLines - 5)
        .fill("A: b")
        .join("\r\n"),
      "",
      400,
    ],
    ["the longest body", "A: b", "x".repeat(PARSE_LIMITS.bodyBytes), "message"],
    ["a body that is too long", "A: b", "x".repeat(PARSE_LIMITS.bodyBytes + 1), 513],
    ["a body that says it is too long", `Content-Length: ${PARSE_LIMITS.bodyBytes + 1}`, "", 513],
  ])("judges %s", (_, line, body, expected) => {
    expect(verdictOf({ lines: [line], body })).toBe(expected);
  });

  it("can answer a request whose head is too long", () => {
    const outcome = outcomeOf({ lines: [`Subject: ${"x".repeat(PARSE_LIMITS.headBytes)}`] });
    expect(outcome).toMatchObject({ status: 513, request: { callId: "c1@192.0.2.1" } });
  });
});
