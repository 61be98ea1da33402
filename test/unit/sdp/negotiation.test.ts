import fc from "fast-check";
import { parse } from "sdp-transform";
import { describe, expect, it } from "vitest";
import type { AudioStream, CodecName, Direction } from "../../../runtime/port/media.ts";
import { needsAnchor } from "../../../runtime/sdp/anchor.ts";
import { type AnswerOptions, answerOffer } from "../../../runtime/sdp/answer.ts";
import { parseDescription } from "../../../runtime/sdp/description.ts";
import { mirror } from "../../../runtime/sdp/direction.ts";
import { holdChange } from "../../../runtime/sdp/hold.ts";
import { acceptAnswer, makeOffer, type OfferOptions } from "../../../runtime/sdp/offer.ts";
import { newSession, type SdpSession } from "../../../runtime/sdp/session.ts";
import { SAMPLES } from "./samples.ts";

const random = (count: number) => new Uint8Array(count).fill(7);
const otherRandom = (count: number) => new Uint8Array(count).fill(8);
const ALICE = { address: "192.0.2.1", port: 30000 };
const BOB = { address: "192.0.2.2", port: 40000 };
const CODECS: readonly CodecName[] = ["PCMU", "PCMA", "G722", "opus"];
const DIRECTIONS: readonly Direction[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

const codecs = fc.shuffledSubarray([...CODECS], { minLength: 1 });
const direction = fc.constantFrom(...DIRECTIONS);
const payloadType = fc.oneof(
  fc.constantFrom("0", "8", "9", "13", "96", "101"),
  fc.nat(140).map(String),
  fc.constant("*"),
);
const encoding = fc.constantFrom(
  "PCMU/8000",
  "opus/48000/2",
  "OPUS/48000/2",
  "telephone-event/8000",
  "telephone-event/48000",
  "CN/8000",
  "G722/16000",
  "VP8/90000",
);
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("audio", "audio", "audio", "video", "image", "AUDIO", "x"),
      fc.oneof(fc.nat(70_000).map(String), fc.constantFrom("0", "5000/2", "")),
      fc.constantFrom("RTP/AVP", "RTP/AVP", "rtp/avp", "RTP/SAVP", "RTP/AVPF", "UDP/TLS/RTP/SAVPF", "udptl", "TCP"),
      fc.array(payloadType, { maxLength: 8 }),
    )
    .map(([media, port, protocol, types]) => `m=${media} ${port} ${protocol} ${types.join(" ")}`),
  fc.tuple(payloadType, encoding).map(([type, name]) => `a=rtpmap:${type} ${name}`),
  fc.tuple(payloadType, fc.string()).map(([type, text]) => `a=fmtp:${type} ${text}`),
  fc.constantFrom("192.0.2.9", "0.0.0.0", "::1", "233.252.0.1/127", "a.example", "").map((at) => `c=IN IP4 ${at}`),
  direction.map((name) => `a=${name}`),
  fc.nat(300).map((ms) => `a=ptime:${ms}`),
  fc.constantFrom(
    "a=rtcp-mux",
    "a=rtcp:9",
    "a=rtcp:70000 IN IP4 x",
    "a=ice-ufrag:x",
    "a=fingerprint:x",
    "t=1 2",
    "\r",
    "m=",
  ),
  fc.string({ unit: "binary" }).map((text) => `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${text}`),
  fc.constant(`a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${"a".repeat(40)}|2^20`),
  fc.string({ unit: "binary" }),
);
const anyOffer = fc
  .array(line, { maxLength: 30 })
  .map((lines) => ["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0", ...lines].join("\r\n"));
/** A sample with a piece cut out, doubled, or replaced. */
const damagedSample = fc
  .tuple(fc.constantFrom(...Object.values(SAMPLES)), fc.nat(), fc.nat(60), fc.string({ unit: "binary", maxLength: 20 }))
  .map(([text, at, length, put]) => {
    const start = at % text.length;
    return text.slice(0, start) + put + text.slice(start + length);
  });
const anyText = fc.oneof(anyOffer, damagedSample, fc.string({ unit: "binary" }));

const answering: fc.Arbitrary<Omit<AnswerOptions, "session">> = fc.record({
  codecs,
  direction,
  preference: fc.constantFrom("ours", "theirs"),
  local: fc.constant(BOB),
  random: fc.constantFrom(null, otherRandom),
  ptimeMs: fc.constantFrom(10, 20, 30, 60),
});

const mediaCount = (text: string) => text.split(/\r\n|\n|\r/).filter((each) => each.startsWith("m=")).length;

describe("whatever a peer sends", () => {
  it("is answered with as many media lines, readable, with one audio stream in use", () => {
    let answers = 0;
    fc.assert(
      fc.property(anyText, answering, (offer, options) => {
        const answer = answerOffer(offer, { ...options, session: newSession(random) });
        if (!answer.ok) {
          expect(answer.problem.warning).toMatch(/^3\d\d strowger "[ !#-[\]-~]+"$/);
          return;
        }
        answers++;
        const { text, stream, session } = answer.value;
        expect(mediaCount(text)).toBe(mediaCount(offer));
        expect(text).toMatch(/^(?:[a-z]=[ -~]+\r\n)+$/);
        const read = parseDescription(text);
        expect(read.ok && read.value.media.filter(({ port }) => port !== 0)).toHaveLength(1);
        expect(options.codecs).toContain(stream.format.codec);
        const later = makeOffer({ ...options, session });
        expect(mediaCount(later.text)).toBe(mediaCount(offer));
      }),
      { numRuns: 1000 },
    );
    expect(answers).toBeGreaterThan(20);
  });

  it("never makes anything throw", () => {
    const offer = makeOffer({ codecs: CODECS, local: ALICE, session: newSession(random), random }).text;
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (one, other, isHolding) => {
        parseDescription(one);
        acceptAnswer(offer, one);
        acceptAnswer(one, other);
        holdChange(isHolding, one, other);
        const party = { source: other, contact: one };
        needsAnchor({ offer: one, caller: party, callees: [], hasTrunk: false, needsAudio: false });
      }),
      { numRuns: 300 },
    );
  });

  it("costs little, however it is made", () => {
    const long = "a=rtpmap:96 opus/48000/2\r\n".repeat(2000);
    const spaces = `m=audio 5000 RTP/AVP${" ".repeat(50_000)}x x`;
    const formats = `m=audio 5000 RTP/AVP ${"0 ".repeat(30_000)}`;
    for (const body of [
      long,
      spaces,
      formats,
      "\n".repeat(60_000),
      `c=IN IP4${" ".repeat(60_000)}`,
      "a=".repeat(30_000),
    ]) {
      const started = performance.now();
      parseDescription(`v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n${body}`);
      expect(performance.now() - started).toBeLessThan(200);
    }
  });
});

describe.each(Object.entries(SAMPLES))("an offer of %s", (_name, offer) => {
  it("gets an answer, or a refusal, that another reader understands", () => {
    const local = { address: offer.includes("IP6") ? "2001:db8::2" : BOB.address, port: BOB.port };
    const answer = answerOffer(offer, { codecs: CODECS, local, session: newSession(random), random });
    if (!answer.ok) {
      expect(answer.problem.warning).toMatch(/^302 .*UDP\/TLS\/RTP\/SAVPF/);
      return;
    }
    const [theirs, ours] = [parse(offer), parse(answer.value.text)];
    expect(ours.media.map(({ type }) => type)).toEqual(theirs.media.map(({ type }) => type));
    expect(ours.connection?.ip).toBe(local.address);
    const audio = ours.media.find(({ port }) => port !== 0);
    const { stream } = answer.value;
    expect(audio?.type).toBe("audio");
    expect(audio?.direction).toBe(stream.direction);
    expect(audio?.ptime).toBe(stream.format.ptimeMs);
    expect(audio?.rtp[0]).toMatchObject({ payload: stream.format.payloadType, codec: stream.format.codec });
    expect(audio?.crypto?.[0]?.config ?? null).toBe(stream.srtp === null ? null : `inline:${stream.srtp.local}`);
  });
});

describe("two of us", () => {
  const offering: fc.Arbitrary<Omit<OfferOptions, "session">> = fc.record({
    codecs,
    direction,
    local: fc.constant(ALICE),
    random: fc.constantFrom(null, random),
    comfortNoise: fc.boolean(),
    ptimeMs: fc.constantFrom(10, 20, 40),
  });

  it("agree on the same stream, each seeing the other's side of it", () => {
    fc.assert(
      fc.property(offering, answering, (mine, theirs) => {
        negotiate(mine, newSession(random), theirs, newSession(otherRandom));
      }),
      { numRuns: 300 },
    );
  });

  it("agree again, the other way round, in the same sessions", () => {
    fc.assert(
      fc.property(offering, answering, offering, (mine, theirs, again) => {
        const sessions = negotiate(mine, newSession(random), theirs, newSession(otherRandom));
        if (sessions === null) return;
        negotiate({ ...again, local: BOB }, sessions.answerer, { ...theirs, local: ALICE }, sessions.offerer);
      }),
      { numRuns: 200 },
    );
  });

  function negotiate(
    mine: Omit<OfferOptions, "session">,
    offerer: SdpSession,
    theirs: Omit<AnswerOptions, "session">,
    answerer: SdpSession,
  ): { offerer: SdpSession; answerer: SdpSession } | null {
    const offer = makeOffer({ ...mine, session: offerer });
    const answer = answerOffer(offer.text, { ...theirs, session: answerer });
    const isCommon = mine.codecs.some((codec) => theirs.codecs.includes(codec));
    const isSpoken = mine.random === null || theirs.random !== null;
    expect(answer.ok).toBe(isCommon && isSpoken);
    if (!answer.ok) return null;
    const stream = acceptAnswer(offer.text, answer.value.text);
    if (!stream.ok) throw new Error(stream.problem);
    expectMirrored(stream.value, answer.value.stream);
    expect(stream.value.remote).toEqual(theirs.local);
    expect(answer.value.stream.remote).toEqual(mine.local);
    expect(stream.value.accepted.map(({ codec }) => codec).sort()).toEqual([...mine.codecs].sort());
    return { offerer: offer.session, answerer: answer.value.session };
  }

  function expectMirrored(one: AudioStream, other: AudioStream): void {
    expect(one.format).toEqual(other.format);
    expect(one.accepted[0]).toEqual(other.accepted[0]);
    expect(one.telephoneEvent).toBe(other.telephoneEvent);
    expect(one.comfortNoise).toBe(other.comfortNoise);
    expect(one.direction).toBe(mirror(other.direction));
    expect(one.srtp?.suite).toBe(other.srtp?.suite);
    expect(one.srtp?.local).toBe(other.srtp?.remote);
    expect(one.srtp?.remote).toBe(other.srtp?.local);
  }
});
