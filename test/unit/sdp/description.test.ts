import { describe, expect, it } from "vitest";
import { MAX_DESCRIPTION_BYTES, parseDescription } from "../../../runtime/sdp/description.ts";
import type { MediaSection } from "../../../runtime/sdp/media-section.ts";
import { ASTERISK, audioOffer, BARESIP, CHROMIUM, CISCO, LINPHONE, POLYCOM_HOLD, sdp, YEALINK } from "./samples.ts";

function sectionsOf(text: string): readonly MediaSection[] {
  const description = parseDescription(text);
  if (!description.ok) throw new Error(description.problem);
  return description.value.media;
}

function audioOf(text: string): MediaSection {
  const [audio] = sectionsOf(text);
  if (audio === undefined) throw new Error("no media line");
  return audio;
}

function problemOf(text: string): string | null {
  const description = parseDescription(text);
  return description.ok ? null : description.problem;
}

const namesOf = (section: MediaSection) =>
  section.payloads.map(
    ({ payloadType, name, clockRate, channels }) => `${payloadType} ${name}/${clockRate}/${channels}`,
  );

describe("a session description (RFC 8866)", () => {
  it("is read whole", () => {
    expect(parseDescription(BARESIP)).toEqual({
      ok: true,
      value: {
        origin: { username: "-", sessionId: "1286411712", version: "3401231290", address: "192.0.2.10" },
        address: "192.0.2.10",
        timing: "0 0",
        bundle: [],
        media: [
          {
            media: "audio",
            port: 18362,
            portCount: 1,
            protocol: "RTP/AVP",
            formats: ["96", "9", "0", "8", "101"],
            payloads: [
              { payloadType: 96, name: "opus", clockRate: 48000, channels: 2, fmtp: "stereo=0;sprop-stereo=0" },
              { payloadType: 9, name: "G722", clockRate: 8000, channels: 1, fmtp: null },
              { payloadType: 0, name: "PCMU", clockRate: 8000, channels: 1, fmtp: null },
              { payloadType: 8, name: "PCMA", clockRate: 8000, channels: 1, fmtp: null },
              { payloadType: 101, name: "telephone-event", clockRate: 8000, channels: 1, fmtp: "0-15" },
            ],
            address: "192.0.2.10",
            rtcp: { port: 18363, address: null },
            hasRtcpMux: false,
            ptimeMs: 20,
            maxPtimeMs: null,
            direction: "sendrecv",
            crypto: [],
            hasIce: false,
            hasDtls: false,
            ice: null,
            mid: null,
          },
        ],
      },
    });
  });

  it("knows static payload types without an rtpmap, and leaves out dynamic ones without one", () => {
    expect(namesOf(audioOf(audioOffer("audio 5000 RTP/AVP 0 8 9 13 18 96 128 99999 x")))).toEqual([
      "0 PCMU/8000/1",
      "8 PCMA/8000/1",
      "9 G722/8000/1",
      "13 CN/8000/1",
      "18 G729/8000/1",
    ]);
    expect(namesOf(audioOf(CISCO))).toContain("8 PCMA/8000/1");
  });

  it("takes the first meaning of a payload type, and none above 127", () => {
    const maps = ["a=rtpmap:96 opus/48000/2", "a=rtpmap:96 PCMU/8000", "a=rtpmap:128 PCMU/8000"];
    const audio = audioOf(audioOffer("audio 5000 RTP/AVP 96 128 96", ...maps));
    expect(namesOf(audio)).toEqual(["96 opus/48000/2"]);
    expect(audio.formats).toEqual(["96", "128"]);
  });

  it("has the connection of a media line before that of the session", () => {
    expect(sectionsOf(LINPHONE).map(({ address }) => address)).toEqual(["198.51.100.20", "192.0.2.11"]);
    expect(audioOf(CISCO).address).toBe("192.0.2.13");
    expect(audioOf(ASTERISK).address).toBe("2001:db8::15");
    expect(audioOf(audioOffer("audio 5000 RTP/AVP 0", "c=IN IP4 233.252.0.1/127/3")).address).toBe("233.252.0.1");
  });

  it.each([
    ["the media line's own", ["a=recvonly"], [], "recvonly"],
    ["the media line's own before the session's", ["a=recvonly"], ["a=inactive"], "recvonly"],
    ["the session's", [], ["a=sendonly"], "sendonly"],
    ["sendrecv where none is written", [], [], "sendrecv"],
  ])("has as direction %s", (_title, media, session, direction) => {
    const head = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"];
    expect(audioOf(sdp(...head, ...session, "m=audio 5000 RTP/AVP 0", ...media)).direction).toBe(direction);
  });

  it("tells ICE, DTLS, multiplexing and where RTCP goes", () => {
    expect(audioOf(CHROMIUM)).toMatchObject({ hasIce: true, hasDtls: true, hasRtcpMux: true });
    const head = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", "a=fingerprint:sha-256 00", "a=ice-ufrag:x"];
    expect(audioOf(sdp(...head, "m=audio 5000 RTP/SAVPF 0"))).toMatchObject({ hasIce: true, hasDtls: true });
    expect(audioOf(LINPHONE)).toMatchObject({ hasIce: true, hasDtls: false, hasRtcpMux: false });
    expect(audioOf(LINPHONE).rtcp).toEqual({ port: 7079, address: "198.51.100.21" });
  });

  it("keeps of the keys those that we could use", () => {
    expect(audioOf(YEALINK).crypto).toEqual([
      { tag: 2, suite: "AES_CM_128_HMAC_SHA1_32", key: "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj" },
    ]);
  });

  it.each([
    ["|2^48", true],
    ["|1048576", true],
    ["|soon", false],
    ["|1:4", false],
    ["|2^31|1:4", false],
    ["=", false],
  ])("with %s after a key: usable is %s", (more, isUsable) => {
    const line = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${"A".repeat(40)}${more}`;
    expect(audioOf(audioOffer("audio 5000 RTP/SAVP 0", line)).crypto).toHaveLength(isUsable ? 1 : 0);
  });

  it.each([
    ["UNENCRYPTED_SRTCP", false],
    ["WSH=64", true],
    ["WSH=64 UNENCRYPTED_SRTP", false],
    ["KDR=1", false],
    ["-VENDOR=1", true],
  ])("with the session parameters %s on a key: usable is %s", (parameters, isUsable) => {
    const key = `inline:${"A".repeat(40)}`;
    const line = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key} ${parameters}`;
    expect(audioOf(audioOffer("audio 5000 RTP/SAVP 0", line)).crypto).toHaveLength(isUsable ? 1 : 0);
  });

  it("may end its lines with LF alone, hold unknown lines, and spaces in the user name", () => {
    expect(audioOf(POLYCOM_HOLD)).toMatchObject({ direction: "sendonly", address: "0.0.0.0", port: 2228 });
    const spaced = parseDescription(BARESIP.replace("o=- ", "o=John  Smith "));
    expect(spaced.ok && spaced.value.origin).toMatchObject({ username: "John Smith", sessionId: "1286411712" });
  });

  it.each([
    ["", "SDP does not begin with v=0"],
    ["hello", "SDP does not begin with v=0"],
    [BARESIP.replace("v=0", "v=1"), "SDP does not begin with v=0"],
    [BARESIP.replace("o=", "e="), "SDP has no o=<user> <id> <version> IN IP4|IP6 <address>"],
    [BARESIP.replace("18362", "70000"), "SDP line 7: not of the form m=<media> <port> <protocol> <format> ..."],
    [BARESIP.replace("18362", "x"), "SDP line 7: not of the form m=<media> <port> <protocol> <format> ..."],
    [audioOffer("audio 1 RTP/AVP 0", ...Array(64).fill("m=video 0 RTP/AVP 96")), "SDP has more than 64 media lines"],
    [
      audioOffer(`audio 1 RTP/AVP ${Array.from({ length: 129 }, (_, index) => index).join(" ")}`),
      "SDP line 6: not of the form m=<media> <port> <protocol> <format> ...",
    ],
    ["v".repeat(MAX_DESCRIPTION_BYTES + 1), "SDP of 65537 bytes, more than 65536"],
  ])("that cannot be used is a problem that says why (%#)", (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });
});
