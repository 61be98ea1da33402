import { describe, expect, it } from "vitest";
import { serializeRequest, serializeResponse } from "../../../../runtime/sip/message/serialize.ts";
import { reasonPhrase } from "../../../../runtime/sip/message/status.ts";
import { outcomeOf, requestOf } from "./message-text.ts";

describe("writing requests", () => {
  it("writes the fields as given and Content-Length last, whatever the fields say of it", () => {
    const fields = [
      ["Via", "SIP/2.0/UDP a"],
      ["content-length", "99"],
      ["L", "98"],
      ["X-Own", ""],
    ] as const;
    expect(serializeRequest({ method: "INFO", uri: "sip:a@b", fields, body: "caf\xe9" })).toBe(
      "INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nX-Own: \r\nContent-Length: 4\r\n\r\ncaf\xe9",
    );
  });

  it.each([
    ["a line end in a value", { fields: [["Subject", "a\r\nX: y"]] as const }],
    ["a bare LF in a value", { fields: [["Subject", "a\nX: y"]] as const }],
    ["a bare CR in a value", { fields: [["Subject", "a\r"]] as const }],
    ["NUL in a value", { fields: [["Subject", "a\0b"]] as const }],
    ["a character whose low octet is a line feed", { fields: [["Subject", "a\u010aX: y"]] as const }],
    ["a line end in a name", { fields: [["Subject: a\r\nX", "y"]] as const }],
    ["an empty name", { fields: [["", "y"]] as const }],
    ["a line end in the URI", { uri: "sip:a@b\r\nX:" }],
    ["a space in the URI", { uri: "sip:a@b SIP/2.0" }],
    ["a method that is no token", { method: "INFO sip:x" }],
    ["a body that is not in octets", { body: "\u20ac" }],
  ])("refuses %s", (_, change) => {
    const request = { method: "INFO", uri: "sip:a@b", fields: [], ...change };
    expect(() => serializeRequest(request)).toThrow(expect.objectContaining({ code: "invariant-broken" }));
  });
});

describe("writing responses (RFC 3261 §8.2.6)", () => {
  const set = { CSeq: "0001  OPTIONS", From: "Alice\r\n <sip:a@b>;tag=f1" };
  const lines = ["v: SIP/2.0/TCP b;branch=z2", "Timestamp: 54.2", "Record-Route: <sip:p;lr>"];

  it("copies what identifies the request and adds the tag, reason, fields and length", () => {
    const fields = [["Record-Route", "<sip:p;lr>"]] as const;
    expect(serializeResponse(requestOf({ set, lines }), { status: 200, toTag: "t1", fields, body: "ok" })).toBe(
      [
        "SIP/2.0 200 OK",
        "Via: SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bK1",
        "Via: SIP/2.0/TCP b;branch=z2",
        "From: Alice <sip:a@b>;tag=f1",
        "To: <sip:bob@example.com>;tag=t1",
        "Call-ID: c1@192.0.2.1",
        "CSeq: 0001  OPTIONS",
        "Record-Route: <sip:p;lr>",
        "Content-Length: 2",
        "",
        "ok",
      ].join("\r\n"),
    );
  });

  it("gives a 100 the Timestamp but no tag", () => {
    const text = serializeResponse(requestOf({ lines }), { status: 100, toTag: "t1" });
    expect(text).toContain("\r\nTo: <sip:bob@example.com>\r\n");
    expect(text).toContain("\r\nTimestamp: 54.2\r\n");
  });

  it("keeps the tag that To has", () => {
    const request = requestOf({ set: { To: "<sip:bob@example.com>;tag=theirs" } });
    expect(serializeResponse(request, { status: 481, toTag: "t1" })).toContain(
      "\r\nTo: <sip:bob@example.com>;tag=theirs\r\n",
    );
  });

  it("answers a refused request with what it has", () => {
    const outcome = outcomeOf({ set: { To: null, CSeq: "x\0y" } });
    if (outcome.type !== "refused" || outcome.request === undefined) throw new Error("Not answerable.");
    const text = serializeResponse(outcome.request, { status: outcome.status, reason: "No To", toTag: "t1" });
    expect(text).toMatch(
      /^SIP\/2\.0 400 No To\r\nVia: .*\r\nFrom: .*\r\nCall-ID: .*\r\nCSeq: x y\r\nContent-Length: 0\r\n\r\n$/,
    );
  });

  it.each([
    { status: 99 },
    { status: 700 },
    { status: 200.5 },
    { status: 200, reason: "a\r\nb" },
    { status: 200, toTag: "a\nb" },
  ])("refuses %j", (response) =>
    expect(() => serializeResponse(requestOf(), response)).toThrow(
      expect.objectContaining({ code: "invariant-broken" }),
    ),
  );

  it("knows the reason of a code, else that of its class", () => {
    expect([reasonPhrase(486), reasonPhrase(499), reasonPhrase(299)]).toEqual(["Busy Here", "Bad Request", "OK"]);
  });
});
