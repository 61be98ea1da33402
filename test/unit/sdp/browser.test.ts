import { parse } from "sdp-transform";
import { describe, expect, it } from "vitest";
import type { BrowserLine, IceDtls } from "../../../runtime/port/webrtc.ts";
import { answerOffer } from "../../../runtime/sdp/answer.ts";
import { browserOf } from "../../../runtime/sdp/browser.ts";
import { holdChange } from "../../../runtime/sdp/hold.ts";
import { MAX_CANDIDATES } from "../../../runtime/sdp/ice.ts";
import { acceptAnswer, makeOffer } from "../../../runtime/sdp/offer.ts";
import { newSession } from "../../../runtime/sdp/session.ts";
import { audioOffer, CHROMIUM, sdp } from "./samples.ts";

const OCTETS = "D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F";
const OURS = OCTETS.replaceAll("F", "0");
const ICE: readonly string[] = ["a=ice-ufrag:F7gI", "a=ice-pwd:x9cml/YzichV2+XlhiMu8g", "a=rtcp-mux"];
const FINGERPRINT = `a=fingerprint:sha-256 ${OCTETS}`;
const LINE: BrowserLine = {
  ice: {
    ufrag: "ours",
    pwd: "0123456789012345678901",
    fingerprint: { algorithm: "sha-256", value: OURS },
    setup: "active",
    candidates: [
      { foundation: "1", priority: 2114977791, address: "198.51.100.1", port: 61_000, type: "host" },
      { foundation: "2", priority: 1678769919, address: "203.0.113.50", port: 40_000, type: "srflx" },
    ],
  },
  plain: { address: "127.0.0.1", port: 40_001 },
};
const OPTIONS = {
  codecs: ["PCMU", "opus"] as const,
  local: { address: "198.51.100.1", port: 61_000 },
  session: newSession((count) => new Uint8Array(count)),
  browser: LINE,
};

const browserOffer = (...attributes: readonly string[]) =>
  audioOffer("audio 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0", ...ICE, FINGERPRINT, "a=setup:actpass", ...attributes);

function answered(offer: string, options: Partial<typeof OPTIONS> = {}) {
  const result = answerOffer(offer, { ...OPTIONS, ...options });
  if (!result.ok) throw new Error(result.problem.warning);
  return result.value;
}

describe("the offer of a browser", () => {
  it("tells its credentials, its certificate, and where it may be reached", () => {
    const offer = browserOffer(
      "a=candidate:1776412033 1 udp 2122194687 192.0.2.7 59469 typ host generation 0 network-id 3",
      "a=candidate:26 1 udp 2122063615 5b2fa5e2-3d26-4c3c-9c7c-0c4bfa0a6c4b.local 54221 typ host generation 0",
      "a=candidate:25 1 tcp 1518214911 192.0.2.7 9 typ host tcptype active",
      "a=candidate:28 2 udp 2122194686 192.0.2.7 59470 typ host",
      "a=candidate:31 1 UDP 1686052607 203.0.113.7 40001 typ srflx raddr 192.0.2.7 rport 59469",
    );
    expect(browserOf(offer)).toEqual({
      ufrag: "F7gI",
      pwd: "x9cml/YzichV2+XlhiMu8g",
      fingerprint: { algorithm: "sha-256", value: OCTETS },
      setup: "actpass",
      candidates: [
        { foundation: "1776412033", priority: 2122194687, address: "192.0.2.7", port: 59469, type: "host" },
        { foundation: "31", priority: 1686052607, address: "203.0.113.7", port: 40001, type: "srflx" },
      ],
    } satisfies IceDtls);
  });

  it("may say it all for the whole session", () => {
    const session = sdp("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", ...ICE, FINGERPRINT, "a=setup:active");
    const found = browserOf(`${session}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\n`);
    expect(found).toMatchObject({ ufrag: "F7gI", setup: "active" });
  });

  it.each([
    ["is no description", "<html>"],
    ["is plain", audioOffer("audio 5000 RTP/AVP 0")],
    ["has no credentials", audioOffer("audio 9 UDP/TLS/RTP/SAVPF 0", FINGERPRINT)],
    ["has no certificate", audioOffer("audio 9 UDP/TLS/RTP/SAVPF 0", ...ICE)],
    [
      "has a profile that nobody knows",
      audioOffer("audio 9 RTP/SAVPF 0", ...ICE, FINGERPRINT).replace("SAVPF", "SAVP/X"),
    ],
    ["has a digest that is broken", audioOffer("audio 9 UDP/TLS/RTP/SAVPF 0", ...ICE, "a=fingerprint:sha-1 00:01")],
    ["has a digest that is too short", browserOffer().replace(`${OCTETS}`, "D2:FA")],
    ["has credentials that are too short", browserOffer().replace("x9cml/YzichV2+XlhiMu8g", "x9cml")],
    ["has credentials with other characters", browserOffer().replace("F7gI", "F7gI\u0000gI")],
    ["has credentials without an end", browserOffer().replace("F7gI", "F".repeat(1000))],
    ["has a role that there is not", browserOffer().replace("actpass", "holdconn")],
  ])("is none where it %s", (_title, offer) => {
    expect(browserOf(offer)).toBeNull();
  });

  it("cannot make us send to more than a few places, nor to everybody, nor look a name up", () => {
    const places = (line: (index: number) => string) =>
      browserOf(browserOffer(...Array.from({ length: 500 }, (_, index) => line(index))))?.candidates.length;
    expect(places((i) => `a=candidate:${i} 1 udp 1 192.0.2.${i % 256} 5000 typ host`)).toBe(MAX_CANDIDATES);
    for (const address of ["224.0.0.1", "0.0.0.0", "255.255.255.255", "::", "ff02::1", "victim.example", "999.1.1.1"]) {
      expect(places((i) => `a=candidate:${i} 1 udp 1 ${address} 5000 typ host`)).toBe(0);
    }
    expect(places((i) => `a=candidate:${i} 1 udp 1 192.0.2.1 0 typ host`)).toBe(0);
    expect(places((i) => `a=candidate:${i} 1 udp 99999999999 192.0.2.1 5 typ host`)).toBe(0);
  });
});

describe("our answer to a browser", () => {
  it("has one audio line with ICE and DTLS of ours; video is refused in its place, and is not in the bundle", () => {
    const { text, stream } = answered(CHROMIUM);
    expect(text.split("\r\n").slice(2)).toEqual([
      "s=-",
      "c=IN IP4 198.51.100.1",
      "t=0 0",
      "a=group:BUNDLE 0",
      "m=audio 61000 UDP/TLS/RTP/SAVPF 111 126",
      "a=rtpmap:111 opus/48000/2",
      "a=fmtp:111 useinbandfec=1",
      "a=rtpmap:126 telephone-event/8000",
      "a=fmtp:126 0-15",
      "a=ptime:20",
      "a=sendrecv",
      "a=rtcp-mux",
      "a=mid:0",
      "a=msid:strowger audio",
      "a=ice-ufrag:ours",
      "a=ice-pwd:0123456789012345678901",
      `a=fingerprint:sha-256 ${OURS}`,
      "a=setup:active",
      "a=candidate:1 1 udp 2114977791 198.51.100.1 61000 typ host",
      "a=candidate:2 1 udp 1678769919 203.0.113.50 40000 typ srflx raddr 0.0.0.0 rport 0",
      "a=end-of-candidates",
      "m=video 0 UDP/TLS/RTP/SAVPF 96",
      "",
    ]);
    // The endpoint hears the gateway, never the browser itself.
    expect(stream).toMatchObject({ remote: LINE.plain, remoteRtcp: null, srtp: null, direction: "sendrecv" });
  });

  it("is read by others as it is meant", () => {
    const { groups, media } = parse(answered(CHROMIUM).text);
    expect(groups).toEqual([{ type: "BUNDLE", mids: 0 }]);
    expect(media[0]).toMatchObject({ iceUfrag: "ours", setup: "active", mid: 0, rtcpMux: "rtcp-mux", port: 61_000 });
    expect(media[0]?.candidates).toHaveLength(2);
    expect(media[1]).toMatchObject({ type: "video", port: 0 });
  });

  it("refuses a data channel by its name, and keeps the bundle to what is there", () => {
    const { text } = answered(
      `${browserOffer().replace("t=0 0\r\n", "t=0 0\r\na=group:BUNDLE 0 data\r\n")}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\n`,
    );
    expect(text).toContain("a=group:BUNDLE 0\r\n");
    expect(text).toMatch(/m=application 0 UDP\/DTLS\/SCTP webrtc-datachannel\r\na=mid:data\r\n$/);
  });

  it("groups nothing where the browser does not, and names no line that has no name", () => {
    const { text } = answered(browserOffer().replace("a=mid:0\r\n", ""));
    expect(text).not.toContain("BUNDLE");
    expect(answered(browserOffer()).text).not.toContain("BUNDLE");
  });

  it.each([
    ["plain audio", audioOffer("audio 5000 RTP/AVP 0"), /^302 .*RTP\/AVP is not available; spoken here: UDP\/TLS/],
    ["a browser without a certificate", audioOffer("audio 9 UDP/TLS/RTP/SAVPF 0", ...ICE), /^306 .*a=fingerprint/],
    ["RTCP on a port of its own", browserOffer().replace("a=rtcp-mux\r\n", ""), /^306 .*a=rtcp-mux/],
    ["no codec of ours", browserOffer().replace("SAVPF 0", "SAVPF 18"), /^305 /],
  ])("is a refusal for %s", (_title, offer, warning) => {
    const result = answerOffer(offer, OPTIONS);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problem.warning).toMatch(warning);
  });

  it("answers a hold by its direction; an address of nowhere is none, as browsers always write it", () => {
    expect(answered(browserOffer("a=sendonly")).stream.direction).toBe("recvonly");
    expect(holdChange(false, CHROMIUM)).toBeNull();
    expect(holdChange(false, `${browserOffer()}`.replace("a=mid:0", "a=inactive"))).toBe("hold");
    expect(holdChange(true, CHROMIUM)).toBe("resume");
  });
});

describe("our offer to a browser", () => {
  const offer = () => makeOffer(OPTIONS);
  const answer = (...changes: readonly (readonly [string, string])[]) =>
    changes.reduce(
      (text, [from, to]) => text.replace(from, to),
      browserOffer().replace("actpass", "active").replace("t=0 0\r\n", "t=0 0\r\na=group:BUNDLE 0\r\n"),
    );

  it("has ICE and DTLS, and leaves it to the browser who begins", () => {
    const { text } = offer();
    expect(text).toContain("a=group:BUNDLE 0\r\nm=audio 61000 UDP/TLS/RTP/SAVPF 0 96 101\r\n");
    expect(text).toContain("a=setup:actpass\r\n");
    expect(text).toContain("a=rtcp-mux\r\na=mid:0\r\n");
    expect(browserOf(text)).toMatchObject({ ufrag: "ours", candidates: { length: 2 } });
  });

  it("makes a stream of the answer, which comes from the gateway", () => {
    const accepted = acceptAnswer(offer().text, answer(), LINE.plain);
    expect(accepted).toMatchObject({ ok: true, value: { remote: LINE.plain, remoteRtcp: null, srtp: null } });
  });

  it.each([
    ["without protection", [["UDP/TLS/RTP/SAVPF", "RTP/AVP"]], /RTP\/AVP, UDP\/TLS\/RTP\/SAVPF was offered/],
    ["without a certificate", [["a=fingerprint", "a=x-fingerprint"]], /no a=ice-ufrag/],
    ["without credentials", [["a=ice-pwd", "a=x-ice-pwd"]], /no a=ice-ufrag/],
    ["without a shared port", [["a=rtcp-mux\r\n", ""]], /a=rtcp-mux/],
  ] as const)("takes no answer %s", (_title, changes, problem) => {
    const accepted = acceptAnswer(offer().text, answer(...changes), LINE.plain);
    expect(accepted.ok).toBe(false);
    if (!accepted.ok) expect(accepted.problem).toMatch(problem);
  });

  it("keeps the name of the line that the browser has given, and offers who begins anew", () => {
    const { session } = answered(browserOffer().replace("a=mid:0", "a=mid:voice"));
    const { text } = makeOffer({ ...OPTIONS, session });
    expect(text).toContain("a=mid:voice\r\n");
    expect(text).toContain("a=group:BUNDLE voice\r\n");
    expect(text).toContain("a=setup:actpass\r\n");
  });
});
