/**
 * Our offer, the first or a later one of a session (RFC 3264 §5, §8), and what the answer to it makes of the stream (§7).
 * A later offer keeps the number and order of the media lines; those that were refused stay refused.
 */
import { fail, ok, type Result } from "../base/result.ts";
import type { AudioFormat, AudioStream, CodecName, Direction, MediaAddress, SrtpKeys } from "../port/media.ts";
import type { BrowserLine } from "../port/webrtc.ts";
import { type CryptoLine, newKey, type RandomOctets, SUITES } from "./crypto-line.ts";
import { parseDescription } from "./description.ts";
import { mirror, narrow } from "./direction.ts";
import { codecOf, encodingKey, findEvents, findNoise, ownFormat, type PayloadFormat } from "./encoding.ts";
import type { MediaSection } from "./media-section.ts";
import { DEFAULT_MID, formatAudio, formatRefused } from "./media-text.ts";
import { DEFAULT_PTIME_MS, packetTimeMs } from "./packet-time.ts";
import { securityOf } from "./profile.ts";
import { remoteOf } from "./remote.ts";
import { type Described, describe, type SdpSession, withPayloads } from "./session.ts";

export interface OfferOptions {
  /** Best first; at least one. */
  readonly codecs: readonly CodecName[];
  /** Where we listen. */
  readonly local: MediaAddress;
  readonly session: SdpSession;
  /** @default "sendrecv" */
  readonly direction?: Direction;
  /** Where SRTP keys come from: then RTP/SAVP is offered. @default null */
  readonly random?: RandomOctets | null;
  /** Offers comfort noise beside PCMU or PCMA. @default false */
  readonly comfortNoise?: boolean;
  /** @default 20 */
  readonly ptimeMs?: number;
  /** Our end towards a browser: then ICE and DTLS are offered. @default null */
  readonly browser?: BrowserLine | null;
}

const FIRST_DYNAMIC = 96;
const LAST_DYNAMIC = 127;

export function makeOffer(options: OfferOptions): Described {
  const { local, direction = "sendrecv", ptimeMs = DEFAULT_PTIME_MS, browser = null } = options;
  const before = options.session.local === null ? [] : sectionsOf(options.session.local);
  const slot = audioSlot(before);
  const mid = before[slot]?.mid ?? DEFAULT_MID;
  const formats = offeredFormats(options);
  const { crypto, session } = offeredKeys(options);
  const audio = formatAudio({
    port: local.port,
    protocol: browser === null ? protocolFor(before[slot], crypto.length > 0) : "UDP/TLS/RTP/SAVPF",
    formats,
    ptimeMs,
    direction,
    // RFC 5761 §5.1.1: what was agreed on is offered again.
    hasRtcpMux: browser !== null || before[slot]?.hasRtcpMux === true,
    crypto,
    // RFC 8842 §5.2: an offer leaves it to the other side who begins, in a later one too.
    browser: browser === null ? null : { mid, ice: { ...browser.ice, setup: "actpass" } },
  });
  const sections = before.map(formatRefused);
  sections[slot] = audio;
  return describe(withPayloads(session, formats), {
    address: local.address,
    timing: "0 0",
    bundle: browser === null ? [] : [mid],
    sections,
  });
}

/**
 * The offer to one side of a call whose other side has agreed on `far`: that codec first, as nothing needs to be
 * transcoded then, and comfort noise only where the far side takes it.
 */
export function offerFor(far: Pick<AudioStream, "format" | "comfortNoise">, options: OfferOptions): Described {
  const { codec } = far.format;
  // A trunk may not speak what the far side does: then it is transcoded.
  const first = options.codecs.includes(codec) ? [codec] : [];
  const codecs = [...first, ...options.codecs.filter((other) => other !== codec)];
  return makeOffer({ ...options, codecs, ptimeMs: far.format.ptimeMs, comfortNoise: far.comfortNoise !== null });
}

/**
 * Both as they were on the wire; `plain`: where the audio of a browser comes from. The problem says what is wrong with the
 * answer: the call cannot have audio.
 */
export function acceptAnswer(
  offer: string,
  answer: string,
  plain: MediaAddress | null = null,
): Result<AudioStream, string> {
  const offered = sectionsOf(offer);
  const slot = audioSlot(offered);
  const ours = offered[slot];
  const description = parseDescription(answer);
  if (!description.ok) return description;
  const theirs = description.value.media[slot];
  if (ours === undefined || theirs === undefined || theirs.media !== "audio") {
    return fail(`The answer has no audio in media line ${slot + 1}, where it was offered`);
  }
  if (theirs.port === 0) return fail("The answer refuses the audio (port 0)");
  // Another profile than the offered one could take the protection away (RFC 3264 §6).
  if (theirs.protocol.toUpperCase() !== ours.protocol.toUpperCase()) {
    return fail(`The answer has ${theirs.protocol}, ${ours.protocol} was offered`);
  }
  return streamOf(ours, theirs, plain);
}

function streamOf(ours: MediaSection, theirs: MediaSection, plain: MediaAddress | null): Result<AudioStream, string> {
  const keys = answeredKeys(ours, theirs);
  if (!keys.ok) return keys;
  const isMuxed = ours.hasRtcpMux && theirs.hasRtcpMux;
  if (plain !== null && (theirs.ice === null || !isMuxed)) {
    return fail("The answer has no a=ice-ufrag, a=ice-pwd, a=fingerprint and a=rtcp-mux that could be used");
  }
  const remote =
    plain === null
      ? remoteOf(theirs, { local: ours.address ?? "", isMuxed })
      : ok({ remote: plain, remoteRtcp: null, direction: theirs.direction });
  if (!remote.ok) return fail(remote.problem.text);
  const wanted = new Set(ours.payloads.map(encodingKey));
  const payloads = theirs.payloads.filter((format) => wanted.has(encodingKey(format)));
  const chosen = payloads.find((format) => codecOf(format) !== null);
  const format = chosen === undefined ? null : toAudioFormat(chosen, ours, theirs);
  if (chosen === undefined || format === null) return fail("The answer has no codec that was offered");
  return ok({
    format,
    accepted: acceptedFormats(format, ours),
    telephoneEvent: findEvents(payloads, chosen)?.payloadType ?? null,
    comfortNoise: findNoise(payloads, chosen)?.payloadType ?? null,
    direction: narrow(mirror(remote.value.direction), ours.direction),
    remote: remote.value.remote,
    remoteRtcp: remote.value.remoteRtcp,
    srtp: keys.value,
  });
}

/** RFC 3264 §7: what we send has the numbers of the answer; what comes has ours, in any codec that we have offered. */
function acceptedFormats(agreed: AudioFormat, ours: MediaSection): AudioFormat[] {
  const formats: AudioFormat[] = [];
  for (const payload of ours.payloads) {
    const format = toAudioFormat(payload, ours, { ptimeMs: agreed.ptimeMs, maxPtimeMs: null });
    if (format === null) continue;
    if (format.codec === agreed.codec) formats.unshift(format);
    else formats.push(format);
  }
  return formats;
}

function toAudioFormat(
  payload: PayloadFormat,
  ours: MediaSection,
  limits: Pick<MediaSection, "ptimeMs" | "maxPtimeMs">,
): AudioFormat | null {
  const codec = codecOf(payload);
  if (codec === null) return null;
  const ptimeMs = packetTimeMs(codec, limits, ours.ptimeMs ?? DEFAULT_PTIME_MS);
  return { codec, payloadType: payload.payloadType, clockRate: payload.clockRate, ptimeMs };
}

/** RFC 4568 §7.1.4: the answer has one of our suites under its tag. */
function answeredKeys(ours: MediaSection, theirs: MediaSection): Result<SrtpKeys | null, string> {
  if (securityOf(ours) !== "sdes") return ok(null);
  const chosen = theirs.crypto[0];
  const own = ours.crypto.find(({ tag, suite }) => tag === chosen?.tag && suite === chosen.suite);
  if (chosen === undefined || own === undefined) return fail("The answer has no a=crypto line that was offered");
  return ok({ suite: own.suite, local: own.key, remote: chosen.key });
}

/** Our own descriptions can be read; what is none has no media lines. */
function sectionsOf(text: string): readonly MediaSection[] {
  const description = parseDescription(text);
  return description.ok ? description.value.media : [];
}

/** Our audio has the only media line with a port. */
function audioSlot(sections: readonly MediaSection[]): number {
  return Math.max(
    0,
    sections.findIndex(({ port }) => port !== 0),
  );
}

/** The profile of the session is kept, as long as it protects as it should. */
function protocolFor(before: MediaSection | undefined, isSecure: boolean): string {
  if (before !== undefined && securityOf(before) === (isSecure ? "sdes" : "plain")) return before.protocol;
  return isSecure ? "RTP/SAVP" : "RTP/AVP";
}

function offeredFormats({ codecs, comfortNoise = false, session }: OfferOptions): PayloadFormat[] {
  const hasNoise = comfortNoise && codecs.some((codec) => codec === "PCMU" || codec === "PCMA");
  const names = [...new Set(codecs), ...(hasNoise ? ["CN" as const] : []), "telephone-event" as const];
  const taken = new Map(Object.entries(session.payloads).map(([number, key]) => [Number(number), key]));
  return names.map((name) => {
    const format = ownFormat(name);
    const payloadType = numberFor(format, taken);
    taken.set(payloadType, encodingKey(format));
    return { ...format, payloadType };
  });
}

/** RFC 3264 §8.3.2: the number that it has had in this session, else one that has meant nothing yet. */
function numberFor(format: PayloadFormat, taken: ReadonlyMap<number, string>): number {
  const key = encodingKey(format);
  for (const [number, meaning] of taken) if (meaning === key) return number;
  if (!taken.has(format.payloadType)) return format.payloadType;
  for (let number = FIRST_DYNAMIC; number <= LAST_DYNAMIC; number++) if (!taken.has(number)) return number;
  return format.payloadType;
}

function offeredKeys({ random = null, session }: OfferOptions): { crypto: CryptoLine[]; session: SdpSession } {
  if (random === null) return { crypto: [], session };
  const crypto = SUITES.map((suite, index) => ({ tag: index + 1, suite, key: session.keys[suite] ?? newKey(random) }));
  return { crypto, session: { ...session, keys: Object.fromEntries(crypto.map(({ suite, key }) => [suite, key])) } };
}
