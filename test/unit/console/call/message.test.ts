import { describe, expect, it } from "vitest";
import { meaningOfHeader, titleOfHeader } from "../../../../runtime/console/pages/call/message/header-meanings.ts";
import { meaningOfDirection, readSdp } from "../../../../runtime/console/pages/call/message/sdp.ts";
import { cseqOf, headerOf, paramOf, readMessage } from "../../../../runtime/console/pages/call/message/sip-message.ts";
import { meaningOfStart } from "../../../../runtime/console/pages/call/message/start-line-meanings.ts";

const wire = (...lines: string[]) => lines.join("\r\n");

describe("A message taken apart for the eye", () => {
  it("has its start line, its headers in order, and its body", () => {
    const message = readMessage(
      wire("INVITE sip:bob@example.test SIP/2.0", "v: SIP/2.0/UDP a", "CSeq: 7 INVITE", "", "body"),
    );
    expect(message.start).toEqual({ type: "request", method: "INVITE", uri: "sip:bob@example.test" });
    expect(message.headers).toEqual([
      { name: "v", value: "SIP/2.0/UDP a" },
      { name: "CSeq", value: "7 INVITE" },
    ]);
    expect(message.body).toBe("body");
    expect(headerOf(message, "via")).toBe("SIP/2.0/UDP a");
    expect(cseqOf(message)).toEqual({ number: 7, method: "INVITE" });
  });

  it("joins a header that goes on in the next line", () => {
    const message = readMessage(wire("SIP/2.0 200 OK", "Subject: one", " two", "\tthree", "To: <sip:b@c>", "", ""));
    expect(headerOf(message, "subject")).toBe("one two three");
    expect(message.start).toEqual({ type: "response", code: 200, reason: "OK" });
  });

  it("takes what is no message for text", () => {
    for (const text of ["", "\r\n\r\n", "hello", "SIP/2.0 2x0 OK", "INVITE  SIP/2.0", "\u0000\u0007: x\r\n: y"]) {
      const message = readMessage(text);
      expect(message.start).toBe(null);
      expect(cseqOf(message)).toBe(null);
    }
  });

  it("finds the tag of a header, not one within its URI", () => {
    expect(paramOf('"a;tag=no" <sip:a@b;tag=no>;tag=yes', "tag")).toBe("yes");
    expect(paramOf("<sip:a@b>", "tag")).toBe(null);
  });
});

describe("The explanations of a message", () => {
  it("tell what a header is for and where that is laid down, also in its short form", () => {
    expect(meaningOfHeader("Via")?.source).toBe("RFC 3261 §20.42");
    expect(meaningOfHeader("v")).toEqual(meaningOfHeader("VIA"));
    expect(titleOfHeader("i")).toBe("Call-ID");
    expect(titleOfHeader("x")).toBe("Session-Expires");
    expect(titleOfHeader("X-Mine")).toBe("X-Mine");
    expect(meaningOfHeader("X-Mine")).toBeUndefined();
    expect(meaningOfHeader("constructor")).toBeUndefined();
  });

  it("tell what a method asks for and what a status says, by its class where it is not known", () => {
    const of = (line: string) => {
      const { start } = readMessage(line);
      return start === null ? undefined : meaningOfStart(start);
    };
    expect(of("BYE sip:a SIP/2.0")?.source).toBe("RFC 3261 §15");
    expect(of("SIP/2.0 486 Busy Here")?.text).toContain("busy");
    expect(of("SIP/2.0 499 Whatever")).toEqual({
      text: expect.stringContaining("cannot be done"),
      source: "RFC 3261 §21.4",
    });
    expect(of("FETCH sip:a SIP/2.0")).toBeUndefined();
    expect(of("SIP/2.0 999 Odd")).toBeUndefined();
  });
});

describe("A session description in words", () => {
  const offer = wire(
    "v=0",
    "o=phone 7 1 IN IP4 192.0.2.4",
    "s=-",
    "c=IN IP4 192.0.2.4",
    "t=0 0",
    "a=sendonly",
    "m=audio 6000 RTP/AVP 0 8 96 101",
    "a=rtpmap:96 opus/48000/2",
    "a=fmtp:96 useinbandfec=1",
    "a=rtpmap:101 telephone-event/8000",
    "a=ptime:20",
    "m=video 0 RTP/AVP 97",
    "c=IN IP6 2001:db8::1",
    "a=inactive",
    "",
  );

  it("has each media line with its codecs in order, those without rtpmap by their number", () => {
    const { media, origin } = readSdp(offer);
    expect(origin).toBe("phone 7 1 IN IP4 192.0.2.4");
    expect(media[0]).toMatchObject({
      kind: "audio",
      port: "6000",
      protocol: "RTP/AVP",
      address: "192.0.2.4",
      isRefused: false,
    });
    expect(media[0]?.codecs).toEqual([
      { payload: "0", name: "PCMU/8000", parameters: null },
      { payload: "8", name: "PCMA/8000", parameters: null },
      { payload: "96", name: "opus/48000/2", parameters: "useinbandfec=1" },
      { payload: "101", name: "telephone-event/8000", parameters: null },
    ]);
    expect(media[0]?.others).toEqual(["ptime:20"]);
  });

  it("takes direction and address of the session where a media line has none of its own", () => {
    const { media } = readSdp(offer);
    expect(media.map(({ direction }) => direction)).toEqual(["sendonly", "inactive"]);
    expect(media[1]).toMatchObject({ address: "2001:db8::1", isRefused: true });
    expect(meaningOfDirection("sendonly")).toContain("does not hear");
    expect(readSdp("m=audio 1 RTP/AVP 0").media[0]?.direction).toBe("sendrecv");
  });

  it("takes what is none for one without media", () => {
    expect(readSdp("hello\n=\nm")).toEqual({ origin: null, name: null, media: [], others: [] });
  });
});
