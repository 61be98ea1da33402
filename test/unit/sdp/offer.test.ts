import { describe, expect, it } from "vitest";
import type { AudioStream } from "../../../runtime/port/media.ts";
import { answerOffer } from "../../../runtime/sdp/answer.ts";
import { acceptAnswer, makeOffer, type OfferOptions, offerFor } from "../../../runtime/sdp/offer.ts";
import { newSession } from "../../../runtime/sdp/session.ts";
import { audioOffer, BARESIP, FREESWITCH_FAX, sdp } from "./samples.ts";

const zeros = (count: number) => new Uint8Array(count);
const OUR_KEY = "A".repeat(40);
const THEIR_KEY = "B".repeat(40);

const options: OfferOptions = {
  codecs: ["opus", "PCMA", "PCMU"],
  local: { address: "203.0.113.5", port: 20000 },
  session: { ...newSession(zeros), id: "77" },
};

function accepted(offer: string, answer: string): AudioStream {
  const stream = acceptAnswer(offer, answer);
  if (!stream.ok) throw new Error(stream.problem);
  return stream.value;
}

function problemOf(offer: string, answer: string): string | null {
  const stream = acceptAnswer(offer, answer);
  return stream.ok ? null : stream.problem;
}

const mediaLines = (text: string) => text.split("\r\n").filter((line) => line.startsWith("m="));

describe("our offer (RFC 3264 §5)", () => {
  it("has our codecs in our order, and keys as events", () => {
    expect(makeOffer(options).text).toBe(
      sdp(
        "v=0",
        "o=- 77 1 IN IP4 203.0.113.5",
        "s=-",
        "c=IN IP4 203.0.113.5",
        "t=0 0",
        "m=audio 20000 RTP/AVP 96 8 0 101",
        "a=rtpmap:96 opus/48000/2",
        "a=fmtp:96 useinbandfec=1",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
      ),
    );
  });

  it("has comfort noise, a direction and a packet time where they are asked for", () => {
    const { text } = makeOffer({ ...options, comfortNoise: true, direction: "sendonly", ptimeMs: 40 });
    expect(mediaLines(text)).toEqual(["m=audio 20000 RTP/AVP 96 8 0 13 101"]);
    expect(text).toContain("a=ptime:40\r\na=sendonly\r\n");
    expect(makeOffer({ ...options, codecs: ["G722"], comfortNoise: true }).text).not.toContain("CN");
  });

  it("has a key for each suite, in RTP/SAVP, where there is a source of keys", () => {
    const { text } = makeOffer({ ...options, random: zeros });
    expect(mediaLines(text)).toEqual(["m=audio 20000 RTP/SAVP 96 8 0 101"]);
    expect(text).toContain(
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${OUR_KEY}\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${OUR_KEY}\r\n`,
    );
  });

  it("to one side begins with the codec that the other has agreed on", () => {
    const answer = answerOffer(BARESIP, { ...options, codecs: ["PCMU"] });
    if (!answer.ok) throw new Error(answer.problem.warning);
    const { text } = offerFor(answer.value.stream, options);
    expect(mediaLines(text)).toEqual(["m=audio 20000 RTP/AVP 0 96 8 101"]);
    const noisy = { ...answer.value.stream, comfortNoise: 13 };
    expect(mediaLines(offerFor(noisy, options).text)).toEqual(["m=audio 20000 RTP/AVP 0 96 8 13 101"]);
  });

  it("gives each session a number of its own", () => {
    const ids = [1, 2].map((seed) => newSession((count) => new Uint8Array(count).fill(seed)).id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^\d+$/);
  });
});

describe("a later offer of a session (RFC 3264 §8)", () => {
  it("has a higher version where something has changed, and the same where nothing has", () => {
    const first = makeOffer({ ...options, random: zeros });
    const random = (count: number) => new Uint8Array(count).fill(9);
    expect(makeOffer({ ...options, session: first.session, random }).text).toBe(first.text);
    const hold = makeOffer({ ...options, session: first.session, random, direction: "sendonly" });
    expect(hold.text).toBe(first.text.replace("o=- 77 1 ", "o=- 77 2 ").replace("a=sendrecv", "a=sendonly"));
  });

  it("keeps the media lines of what was agreed, refused ones refused, and its profile", () => {
    const answer = answerOffer(FREESWITCH_FAX.replace("RTP/AVP", "RTP/AVPF"), options);
    if (!answer.ok) throw new Error(answer.problem.warning);
    const { text } = makeOffer({ ...options, session: answer.value.session, codecs: ["PCMU"], direction: "inactive" });
    expect(mediaLines(text)).toEqual(["m=image 0 udptl t38", "m=audio 20000 RTP/AVPF 0 101"]);
    expect(text).toContain("o=- 77 2 IN IP4 203.0.113.5\r\n");
    const reply = audioOffer("image 0 udptl t38", "m=audio 6000 RTP/AVPF 0 101", "a=inactive");
    expect(accepted(text, reply)).toMatchObject({ direction: "inactive", remote: { port: 6000 } });
  });

  it("never gives a payload type another meaning", () => {
    const maps = ["a=rtpmap:96 speex/8000", "a=rtpmap:101 opus/48000/2", "a=rtpmap:97 telephone-event/8000"];
    const answer = answerOffer(audioOffer("audio 5000 RTP/AVP 96 101 97", ...maps), options);
    if (!answer.ok) throw new Error(answer.problem.warning);
    expect(mediaLines(makeOffer({ ...options, session: answer.value.session }).text)).toEqual([
      "m=audio 20000 RTP/AVP 101 8 0 97",
    ]);
    const speex = answerOffer(audioOffer("audio 5000 RTP/AVP 0 96 101", maps[0] ?? "", "a=rtpmap:101 x/8000"), options);
    if (!speex.ok) throw new Error(speex.problem.warning);
    expect(mediaLines(makeOffer({ ...options, session: speex.value.session }).text)).toEqual([
      "m=audio 20000 RTP/AVP 97 8 0 98",
    ]);
  });

  it("offers rtcp-mux again where it was agreed on", () => {
    const answer = answerOffer(audioOffer("audio 5000 RTP/AVP 0", "a=rtcp-mux"), options);
    if (!answer.ok) throw new Error(answer.problem.warning);
    const { text } = makeOffer({ ...options, session: answer.value.session });
    expect(text).toContain("a=rtcp-mux\r\n");
    expect(accepted(text, audioOffer("audio 5000 RTP/AVP 0", "a=rtcp-mux")).remoteRtcp).toBeNull();
    expect(accepted(text, audioOffer("audio 5000 RTP/AVP 0")).remoteRtcp?.port).toBe(5001);
  });
});

describe("the answer to our offer (RFC 3264 §7)", () => {
  const offer = makeOffer({ ...options, comfortNoise: true }).text;
  const secure = makeOffer({ ...options, random: zeros }).text;

  it("may take one codec; what comes may still be any that we have offered", () => {
    expect(accepted(offer, audioOffer("audio 6000 RTP/AVP 0 13 101", "a=rtpmap:101 telephone-event/8000"))).toEqual({
      format: { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 },
      accepted: [
        { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 },
        { codec: "opus", payloadType: 96, clockRate: 48000, ptimeMs: 20 },
        { codec: "PCMA", payloadType: 8, clockRate: 8000, ptimeMs: 20 },
      ],
      telephoneEvent: 101,
      comfortNoise: 13,
      direction: "sendrecv",
      remote: { address: "192.0.2.10", port: 6000 },
      remoteRtcp: { address: "192.0.2.10", port: 6001 },
      srtp: null,
    });
  });

  it("has RTCP beside RTP where we have not offered rtcp-mux", () => {
    const stream = accepted(offer, audioOffer("audio 6000 RTP/AVP 0", "a=rtcp-mux"));
    expect(stream.remoteRtcp).toEqual({ address: "192.0.2.10", port: 6001 });
  });

  it("may number its payload types otherwise: we send with its numbers and receive with ours", () => {
    const maps = ["a=rtpmap:111 OPUS/48000/2", "a=rtpmap:110 telephone-event/8000", "a=ptime:40"];
    const stream = accepted(offer, audioOffer("audio 6000 RTP/AVP 111 110", ...maps));
    expect(stream.format).toEqual({ codec: "opus", payloadType: 111, clockRate: 48000, ptimeMs: 40 });
    expect(stream.accepted[0]?.payloadType).toBe(96);
    expect(stream.telephoneEvent).toBe(110);
  });

  it("has nothing that was not offered", () => {
    const maps = ["a=rtpmap:101 telephone-event/8000"];
    expect(accepted(offer, audioOffer("audio 6000 RTP/AVP 9 8 101", ...maps)).format.codec).toBe("PCMA");
    expect(accepted(secure, secureAnswer("2 AES_CM_128_HMAC_SHA1_32")).comfortNoise).toBeNull();
  });

  it("chooses the keys by their tag", () => {
    expect(accepted(secure, secureAnswer("2 AES_CM_128_HMAC_SHA1_32")).srtp).toEqual({
      suite: "AES_CM_128_HMAC_SHA1_32",
      local: OUR_KEY,
      remote: THEIR_KEY,
    });
  });

  it.each([
    ["sendrecv", "a=recvonly", "sendonly"],
    ["sendrecv", "a=sendonly", "recvonly"],
    ["sendonly", "a=sendrecv", "sendonly"],
    ["sendonly", "a=inactive", "inactive"],
    ["inactive", "a=sendrecv", "inactive"],
    ["sendrecv", "c=IN IP4 0.0.0.0", "recvonly"],
  ] as const)("to %s with %s makes the stream %s", (direction, line, expected) => {
    const stream = accepted(makeOffer({ ...options, direction }).text, audioOffer("audio 6000 RTP/AVP 0", line));
    expect(stream.direction).toBe(expected);
    expect(stream.remote === null).toBe(line.startsWith("c="));
  });

  it.each([
    ["refuses the audio", offer, audioOffer("audio 0 RTP/AVP 0"), "The answer refuses the audio (port 0)"],
    ["has no codec of ours", offer, audioOffer("audio 6000 RTP/AVP 18 9"), "The answer has no codec that was offered"],
    [
      "has no audio",
      offer,
      audioOffer("video 6000 RTP/AVP 96"),
      "The answer has no audio in media line 1, where it was offered",
    ],
    [
      "takes the protection away",
      secure,
      audioOffer("audio 6000 RTP/AVP 0"),
      "The answer has RTP/AVP, RTP/SAVP was offered",
    ],
    [
      "has keys under another tag",
      secure,
      secureAnswer("1 AES_CM_128_HMAC_SHA1_32"),
      "The answer has no a=crypto line that was offered",
    ],
    ["has no keys", secure, audioOffer("audio 6000 RTP/SAVP 0"), "The answer has no a=crypto line that was offered"],
    [
      "has a name for an address",
      offer,
      audioOffer("audio 6000 RTP/AVP 0", "c=IN IP4 a.example"),
      "The c= line of the audio must hold a unicast IP address",
    ],
    ["is no SDP", offer, "?", "SDP does not begin with v=0"],
  ])("is a problem where it %s", (_title, offered, answer, problem) => {
    expect(problemOf(offered, answer)).toBe(problem);
  });

  function secureAnswer(crypto: string): string {
    return audioOffer("audio 6000 RTP/SAVP 0 13", `a=crypto:${crypto} inline:${THEIR_KEY}|2^20`);
  }
});
