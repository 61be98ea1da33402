import { describe, expect, it } from "vitest";
import type { Answered, AnswerOptions } from "../../../runtime/sdp/answer.ts";
import { answerOffer } from "../../../runtime/sdp/answer.ts";
import { newSession } from "../../../runtime/sdp/session.ts";
import {
  ASTERISK,
  audioOffer,
  BARESIP,
  CHROMIUM,
  CISCO,
  FREESWITCH_FAX,
  LINPHONE,
  POLYCOM_HOLD,
  SIPP,
  sdp,
  YEALINK,
} from "./samples.ts";

/** Octets that are not random at all: base64 of thirty of them is forty times "A". */
const zeros = (count: number) => new Uint8Array(count);
const OUR_KEY = "A".repeat(40);

const options: AnswerOptions = {
  codecs: ["opus", "G722", "PCMU", "PCMA"],
  local: { address: "203.0.113.5", port: 20000 },
  session: { ...newSession(zeros), id: "77" },
};

function answered(offer: string, changed: Partial<AnswerOptions> = {}): Answered {
  const answer = answerOffer(offer, { ...options, ...changed });
  if (!answer.ok) throw new Error(answer.problem.warning);
  return answer.value;
}

function warningOf(offer: string, changed: Partial<AnswerOptions> = {}): string | null {
  const answer = answerOffer(offer, { ...options, ...changed });
  if (!answer.ok) expect(answer.problem.code).toBe(488);
  return answer.ok ? null : answer.problem.warning;
}

const mediaLines = (text: string) => text.split("\r\n").filter((line) => line.startsWith("m="));

describe("the answer to an offer (RFC 3264 §6)", () => {
  it("takes the offerer's first codec that we speak, under the offerer's numbers", () => {
    const { text, stream } = answered(BARESIP);
    expect(text).toBe(
      sdp(
        "v=0",
        "o=- 77 1 IN IP4 203.0.113.5",
        "s=-",
        "c=IN IP4 203.0.113.5",
        "t=0 0",
        "m=audio 20000 RTP/AVP 96 101",
        "a=rtpmap:96 opus/48000/2",
        "a=fmtp:96 useinbandfec=1",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
      ),
    );
    const format = { codec: "opus", payloadType: 96, clockRate: 48000, ptimeMs: 20 };
    expect(stream).toEqual({
      format,
      accepted: [format],
      telephoneEvent: 101,
      comfortNoise: null,
      direction: "sendrecv",
      remote: { address: "192.0.2.10", port: 18362 },
      remoteRtcp: { address: "192.0.2.10", port: 18363 },
      srtp: null,
    });
  });

  it("takes our first codec that the offerer speaks, where our order counts", () => {
    const codecs = ["PCMA", "G722"] as const;
    expect(answered(BARESIP, { codecs }).stream.format.codec).toBe("G722");
    expect(answered(BARESIP, { codecs, preference: "ours" }).stream.format.codec).toBe("PCMA");
  });

  it("refuses video, a second audio line and fax in their places, and keeps the profile", () => {
    expect(mediaLines(answered(LINPHONE).text)).toEqual(["m=audio 20000 RTP/AVPF 96 99", "m=video 0 RTP/AVPF 96"]);
    expect(mediaLines(answered(FREESWITCH_FAX).text)).toEqual(["m=image 0 udptl t38", "m=audio 20000 RTP/AVP 0 101"]);
    const twice = audioOffer("audio 5000 RTP/AVP 8", "m=application 5002 UDP/BFCP *", "m=audio 5004 RTP/AVP 0");
    expect(mediaLines(answered(twice).text)).toEqual([
      "m=audio 20000 RTP/AVP 8",
      "m=application 0 UDP/BFCP *",
      "m=audio 0 RTP/AVP 0",
    ]);
  });

  it("goes on to a later audio line where the first cannot be", () => {
    const { text, stream } = answered(YEALINK);
    expect(mediaLines(text)).toEqual(["m=audio 0 RTP/SAVP 9", "m=audio 20000 RTP/AVP 8 101"]);
    expect(stream).toMatchObject({ srtp: null, remote: { port: 12188 } });
    const disabled = audioOffer("audio 0 RTP/AVP 0", "m=audio 5004 RTP/AVP 8");
    expect(mediaLines(answered(disabled).text)).toEqual(["m=audio 0 RTP/AVP 0", "m=audio 20000 RTP/AVP 8"]);
  });

  it("has comfort noise with PCMU and PCMA alone, where it is offered", () => {
    expect(answered(CISCO).stream).toMatchObject({ format: { codec: "PCMA" }, comfortNoise: 13 });
    expect(mediaLines(answered(CISCO).text)).toEqual(["m=audio 20000 RTP/AVP 8 13 101"]);
    expect(answered(audioOffer("audio 5000 RTP/AVP 9 13")).stream.comfortNoise).toBeNull();
    expect(answered(SIPP).stream.comfortNoise).toBeNull();
  });

  it.each([
    ["both clocks", ["101 telephone-event/48000", "99 telephone-event/8000"], "opus", 99],
    ["the codec's clock alone", ["101 telephone-event/48000"], "opus", 101],
    ["another codec's clock alone", ["101 telephone-event/48000"], "PCMU", null],
    ["none", [], "opus", null],
  ] as const)("finds keys as events where the offer has %s", (_title, events, codec, payloadType) => {
    const maps = ["96 opus/48000/2", ...events].map((map) => `a=rtpmap:${map}`);
    const { stream, text } = answered(audioOffer("audio 5000 RTP/AVP 0 96 101 99", ...maps), { codecs: [codec] });
    expect(stream.telephoneEvent).toBe(payloadType);
    for (const map of events) expect(text.includes(map)).toBe(map.startsWith(`${payloadType} `));
  });

  it("speaks a codec that has an unusual number or spelling, but not another clock or channel count", () => {
    const odd = ["a=rtpmap:109 g722/8000", "a=rtpmap:110 PcmA/8000/1"];
    const { text, stream } = answered(audioOffer("audio 5000 RTP/AVP 109 110", ...odd));
    expect(stream.format).toEqual({ codec: "G722", payloadType: 109, clockRate: 8000, ptimeMs: 20 });
    expect(text).toContain("a=rtpmap:109 G722/8000\r\n");
    const wrong = ["a=rtpmap:96 opus/48000", "a=rtpmap:97 PCMU/16000", "a=rtpmap:98 G722/16000"];
    expect(warningOf(audioOffer("audio 5000 RTP/AVP 96 97 98", ...wrong))).toMatch(/^305 /);
  });

  it.each([
    ["a=ptime:30", "PCMU", 30],
    ["a=ptime:30", "opus", 20],
    ["a=ptime:25", "PCMU", 20],
    ["a=ptime:5", "PCMU", 10],
    ["a=ptime:200", "PCMU", 60],
    ["a=maxptime:15", "PCMU", 10],
    ["a=ptime:0", "PCMU", 40],
    ["a=ptime:x", "PCMU", 40],
  ] as const)("with %s and %s has packets of %i ms", (attribute, codec, ptimeMs) => {
    const offer = audioOffer("audio 5000 RTP/AVP 0 96", "a=rtpmap:96 opus/48000/2", attribute);
    const { text, stream } = answered(offer, { codecs: [codec], ptimeMs: 40 });
    expect(stream.format.ptimeMs).toBe(ptimeMs);
    expect(text).toContain(`a=ptime:${ptimeMs}\r\n`);
  });

  it("repeats rtcp-mux and sends RTCP with RTP then; else to a=rtcp, or the port above", () => {
    const muxed = answered(audioOffer("audio 5000 RTP/AVP 0", "a=rtcp-mux", "a=rtcp:5000"));
    expect(muxed.text).toContain("a=rtcp-mux\r\n");
    expect(muxed.stream.remoteRtcp).toBeNull();
    expect(answered(LINPHONE).stream.remoteRtcp).toEqual({ address: "198.51.100.21", port: 7079 });
    expect(answered(SIPP).stream.remoteRtcp).toEqual({ address: "192.0.2.17", port: 6001 });
    expect(answered(SIPP).text).not.toContain("rtcp-mux");
    const named = answered(audioOffer("audio 5000 RTP/AVP 0", "a=rtcp:5003 IN IP4 a.example"));
    expect(named.stream.remoteRtcp).toEqual({ address: "192.0.2.10", port: 5003 });
    expect(answered(audioOffer("audio 65535 RTP/AVP 0")).stream.remoteRtcp).toBeNull();
  });

  it("repeats the time of the offer", () => {
    expect(answered(SIPP.replace("t=0 0", "t=2873397496 2873404696")).text).toContain(
      "\r\nt=2873397496 2873404696\r\n",
    );
  });

  it("is in IPv6 where we listen there", () => {
    const { text, stream } = answered(ASTERISK, { local: { address: "2001:db8::5", port: 20000 } });
    expect(text).toContain("\r\nc=IN IP6 2001:db8::5\r\n");
    expect(stream.remote).toEqual({ address: "2001:db8::15", port: 14850 });
    expect(stream.format.payloadType).toBe(107);
  });
});

describe("the direction of an answer (RFC 3264 §6.1)", () => {
  it.each([
    ["sendrecv", "sendrecv", "sendrecv"],
    ["sendonly", "sendrecv", "recvonly"],
    ["recvonly", "sendrecv", "sendonly"],
    ["inactive", "sendrecv", "inactive"],
    ["sendrecv", "sendonly", "sendonly"],
    ["sendonly", "sendonly", "inactive"],
    ["recvonly", "sendonly", "sendonly"],
    ["recvonly", "recvonly", "inactive"],
    ["sendrecv", "inactive", "inactive"],
  ] as const)("to %s, while we want %s, is %s", (offered, direction, expected) => {
    const { text, stream } = answered(audioOffer("audio 5000 RTP/AVP 0", `a=${offered}`), { direction });
    expect(stream.direction).toBe(expected);
    expect(text).toContain(`a=${expected}\r\n`);
  });

  it.each(["0.0.0.0", "::", "host.invalid"])("to a hold by the address %s has nowhere to send", (address) => {
    const connection = `c=IN IP${address === "::" ? 6 : 4} ${address}`;
    const { stream } = answered(audioOffer("audio 5000 RTP/AVP 0", connection));
    expect(stream).toMatchObject({ remote: null, remoteRtcp: null, direction: "recvonly" });
    expect(answered(POLYCOM_HOLD).stream).toMatchObject({ remote: null, direction: "recvonly", telephoneEvent: 127 });
  });
});

describe("SRTP with keys in the description (RFC 4568)", () => {
  it("is answered under the tag of the first line that we can use, with a key of ours", () => {
    const { text, stream } = answered(YEALINK, { random: zeros });
    expect(mediaLines(text)).toEqual(["m=audio 20000 RTP/SAVP 9 101", "m=audio 0 RTP/AVP 8"]);
    expect(text).toContain(`a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${OUR_KEY}\r\n`);
    expect(stream.srtp).toEqual({
      suite: "AES_CM_128_HMAC_SHA1_32",
      local: OUR_KEY,
      remote: "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj",
    });
  });

  it("keeps our key in later answers of the session", () => {
    const first = answered(YEALINK, { random: zeros });
    const ones = (count: number) => new Uint8Array(count).fill(1);
    const second = answered(YEALINK.replace("sendrecv", "sendonly"), { random: ones, session: first.session });
    expect(second.stream.srtp?.local).toBe(OUR_KEY);
    expect(answered(YEALINK, { random: ones }).stream.srtp?.local).not.toBe(OUR_KEY);
  });

  it("is plain RTP where a phone offers keys with the plain profile", () => {
    const offer = audioOffer("audio 5000 RTP/AVP 0", `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${OUR_KEY}`);
    const { text, stream } = answered(offer, { random: zeros });
    expect(stream.srtp).toBeNull();
    expect(text).not.toContain("crypto");
  });
});

describe("an offer that cannot be agreed to", () => {
  const noCodec = '305 strowger "None of the codecs spoken here: opus, G722, PCMU, PCMA"';
  const noAudio = '304 strowger "The offer has no audio; other media are not available"';
  const noUnicast = '301 strowger "The c= line of the audio must hold a unicast IP address"';

  it.each([
    ["no codec in common", audioOffer("audio 5000 RTP/AVP 18 3"), noCodec],
    ["video alone", audioOffer("video 5000 RTP/AVP 96", "a=rtpmap:96 VP8/90000"), noAudio],
    ["audio that is switched off", audioOffer("audio 0 RTP/AVP 0"), noAudio],
    ["layers of audio", audioOffer("audio 5000/2 RTP/AVP 0"), noAudio],
    ["no media line", sdp("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0"), noAudio],
    ["WebRTC", CHROMIUM, '302 strowger "UDP/TLS/RTP/SAVPF is not available; spoken here: RTP/AVP"'],
    [
      "SRTP without keys",
      audioOffer("audio 5000 RTP/SAVP 0"),
      '302 strowger "RTP/SAVP is not available; spoken here: RTP/AVP"',
    ],
    ["a name for an address", audioOffer("audio 5000 RTP/AVP 0", "c=IN IP4 phone.example.com"), noUnicast],
    ["the broadcast address", audioOffer("audio 5000 RTP/AVP 0", "c=IN IP4 255.255.255.255"), noUnicast],
    [
      "multicast",
      audioOffer("audio 5000 RTP/AVP 0", "c=IN IP4 233.252.0.1/127"),
      '330 strowger "Multicast is not available"',
    ],
    ["the other family", ASTERISK, '301 strowger "The c= line of the audio is not IPv4, the only family spoken here"'],
    [
      "no address",
      sdp("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", "m=audio 5000 RTP/AVP 0"),
      '301 strowger "The SDP has no c= line for the audio"',
    ],
    ["what is no SDP", "<html>", '399 strowger "SDP does not begin with v=0"'],
  ])("is refused with a Warning: %s", (_title, offer, warning) => {
    expect(warningOf(offer)).toBe(warning);
  });

  it("is refused for its keys and its profile where we speak SRTP", () => {
    const keyless = audioOffer("audio 5000 RTP/SAVP 0", `a=crypto:1 AEAD_AES_256_GCM inline:${OUR_KEY}`);
    expect(warningOf(keyless, { random: zeros })).toBe('306 strowger "No a=crypto line that could be used here"');
    const browser = warningOf(CHROMIUM, { random: zeros });
    expect(browser).toBe('302 strowger "UDP/TLS/RTP/SAVPF is not available; spoken here: RTP/AVP, RTP/SAVP"');
  });

  it("is refused for DTLS that hides behind the profile of SRTP", () => {
    const offer = audioOffer("audio 5000 RTP/SAVPF 0", "a=fingerprint:sha-256 00");
    expect(warningOf(offer, { random: zeros })).toMatch(/^302 /);
  });

  it("says what is wrong with the first audio line, where none can be", () => {
    expect(warningOf(audioOffer("audio 5000 RTP/AVP 18", "m=audio 5002 UDP/TLS/RTP/SAVPF 0"))).toBe(noCodec);
  });
});

describe("later answers of a session (RFC 3264 §8)", () => {
  it("have a higher version where something has changed, and the same where nothing has", () => {
    const first = answered(SIPP);
    const same = answered(SIPP.replace("2353687637", "2353687638"), { session: first.session });
    expect(same.text).toBe(first.text);
    const held = answered(SIPP.replace("m=", "a=sendonly\r\nm="), { session: same.session });
    expect(held.text).toContain("o=- 77 2 IN IP4 203.0.113.5\r\n");
    expect(answered(SIPP, { session: held.session }).text).toContain("o=- 77 3 IN IP4 203.0.113.5\r\n");
  });

  it("are never to an offer with fewer media lines than there were: it is refused, and nothing has changed", () => {
    const two = SIPP.concat("m=video 6002 RTP/AVP 31\r\n");
    const { session } = answered(two);
    const fewer = answerOffer(SIPP, { ...options, session });
    expect(fewer).toEqual({
      ok: false,
      problem: { code: 488, warning: '399 strowger "The offer has 1 media lines, and there were 2 before"' },
    });
    const more = answered(two.concat("m=text 0 RTP/AVP 98\r\n"), { session });
    expect(more.text.match(/^m=.*$/gm)).toEqual([
      expect.stringMatching(/^m=audio [1-9]/),
      "m=video 0 RTP/AVP 31",
      "m=text 0 RTP/AVP 98",
    ]);
    expect(more.session.version).toBe(2);
  });

  it("go on in another process, from the session as JSON", () => {
    const session = JSON.parse(JSON.stringify(answered(SIPP).session));
    expect(answered(SIPP, { session })).toEqual(answered(SIPP, { session: answered(SIPP).session }));
  });
});
