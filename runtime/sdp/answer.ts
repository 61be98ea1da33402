/**
 * Our answer to an offer, for a call that we answer ourselves or relay the audio of (RFC 3264 §6): one audio stream, in
 * the first media line that we can agree on; every other line is refused in its place.
 */
import { fail, ok, type Result } from "../base/result.ts";
import type { AudioFormat, AudioStream, CodecName, Direction, MediaAddress, SrtpKeys } from "../port/media.ts";
import type { BrowserLine } from "../port/webrtc.ts";
import { type CryptoLine, newKey, type RandomOctets } from "./crypto-line.ts";
import { parseDescription } from "./description.ts";
import { mirror, narrow } from "./direction.ts";
import { codecOf, type EncodingName, findEvents, findNoise, ownFormat, type PayloadFormat } from "./encoding.ts";
import type { MediaSection } from "./media-section.ts";
import { DEFAULT_MID, formatAudio, formatRefused } from "./media-text.ts";
import { packetTimeMs } from "./packet-time.ts";
import { securityOf } from "./profile.ts";
import { remoteOf } from "./remote.ts";
import { type Described, describe, mediaLinesOf, type SdpSession, withPayloads } from "./session.ts";
import { formatWarning, type Warning } from "./warning.ts";

export interface AnswerOptions {
  /** Best first. */
  readonly codecs: readonly CodecName[];
  /** Whose order of codecs counts. @default "theirs" */
  readonly preference?: "theirs" | "ours";
  /** Where we listen. */
  readonly local: MediaAddress;
  readonly session: SdpSession;
  /** What we are ready to do, seen from us: `sendonly` or `inactive` puts on hold. @default "sendrecv" */
  readonly direction?: Direction;
  /** Where SRTP keys come from. @default null RTP/SAVP is refused. */
  readonly random?: RandomOctets | null;
  /** Where the offer does not say. @default 20 */
  readonly ptimeMs?: number;
  /** Our end towards a browser, for an offer of ICE and DTLS and no other. @default null such an offer is refused. */
  readonly browser?: BrowserLine | null;
}

export interface Answered extends Described {
  readonly stream: AudioStream;
}

/** What the request with the offer is answered by. */
export interface Refusal {
  readonly code: 488;
  /** Value of the header field Warning. */
  readonly warning: string;
}

/** What was agreed on for one media line. */
interface Agreed {
  readonly formats: readonly PayloadFormat[];
  readonly stream: AudioStream;
  readonly crypto: CryptoLine | null;
  readonly browser: BrowserLine | null;
}

export function answerOffer(offer: string, options: AnswerOptions): Result<Answered, Refusal> {
  const description = parseDescription(offer);
  if (!description.ok) return refuse({ code: 399, text: description.problem });
  const { media, timing, bundle } = description.value;
  const agreedLines = mediaLinesOf(options.session);
  if (media.length < agreedLines) {
    // RFC 3264 §8: a line that is not wanted any more has port 0, and keeps its place.
    return refuse({
      code: 399,
      text: `The offer has ${media.length} media lines, and there were ${agreedLines} before`,
    });
  }
  let problem: Warning = { code: 304, text: "The offer has no audio; other media are not available" };
  for (const section of media.filter(isAudio)) {
    const agreed = agree(section, options);
    if (agreed.ok) {
      const audio = writeAudio(section, agreed.value, options);
      const sections = media.map((other) => (other === section ? audio : formatRefused(other)));
      const described = describe(sessionAfter(section, agreed.value, options.session), {
        address: options.local.address,
        timing,
        bundle: bundle.filter((mid) => agreed.value.browser !== null && mid === section.mid),
        sections,
      });
      return ok({ ...described, stream: agreed.value.stream });
    }
    // Of several audio lines the first is the one that matters most.
    if (problem.code === 304) problem = agreed.problem;
  }
  return refuse(problem);
}

function refuse(warning: Warning): Result<never, Refusal> {
  return fail({ code: 488, warning: formatWarning(warning) });
}

/** A count of ports stands for layered encodings (RFC 8866 §5.14), which audio does not have. */
function isAudio({ media, port, portCount }: MediaSection): boolean {
  return media === "audio" && port !== 0 && portCount === 1;
}

function agree(section: MediaSection, options: AnswerOptions): Result<Agreed, Warning> {
  const keys = agreeKeys(section, options);
  if (!keys.ok) return keys;
  const { browser } = keys.value;
  const remote =
    browser === null
      ? remoteOf(section, { local: options.local.address, isMuxed: section.hasRtcpMux })
      : ok({ remote: browser.plain, remoteRtcp: null, direction: section.direction });
  if (!remote.ok) return remote;
  const chosen = chooseCodec(section, options);
  if (!chosen.ok) return chosen;

  const { format, codec } = chosen.value;
  const ptimeMs = packetTimeMs(codec, section, options.ptimeMs);
  const audio: AudioFormat = { codec, payloadType: format.payloadType, clockRate: format.clockRate, ptimeMs };
  const noise = findNoise(section.payloads, format);
  const events = findEvents(section.payloads, format);
  const { crypto } = keys.value;
  return ok({
    // RFC 3264 §10.2: one codec, as many phones cannot change theirs in mid-stream, and ask again until there is one.
    formats: [spelt(format, codec), spelt(noise, "CN"), spelt(events, "telephone-event")].filter((one) => one !== null),
    crypto,
    browser,
    stream: {
      format: audio,
      accepted: [audio],
      telephoneEvent: events?.payloadType ?? null,
      comfortNoise: noise?.payloadType ?? null,
      direction: narrow(mirror(remote.value.direction), options.direction ?? "sendrecv"),
      remote: remote.value.remote,
      remoteRtcp: remote.value.remoteRtcp,
      srtp: keys.value.srtp,
    },
  });
}

function agreeKeys(
  section: MediaSection,
  { random = null, session, browser = null }: AnswerOptions,
): Result<Pick<Agreed, "crypto" | "browser"> & { srtp: SrtpKeys | null }, Warning> {
  const security = securityOf(section);
  if (browser !== null) return agreeBrowser(section, browser);
  if (security === "plain") return ok({ crypto: null, srtp: null, browser });
  if (security !== "sdes" || random === null) {
    const spoken = random === null ? "RTP/AVP" : "RTP/AVP, RTP/SAVP";
    return fail({ code: 302, text: `${section.protocol} is not available; spoken here: ${spoken}` });
  }
  // RFC 4568 §7.1.2: the first that we can use; the answer has its tag.
  const offered = section.crypto[0];
  if (offered === undefined) return fail({ code: 306, text: "No a=crypto line that could be used here" });
  const { tag, suite, key: remote } = offered;
  const local = session.keys[suite] ?? newKey(random);
  return ok({ crypto: { tag, suite, key: local }, srtp: { suite, local, remote }, browser });
}

/** RFC 8842 §5.3: whoever has begun DTLS in this session stays the one. */
function agreeBrowser(section: MediaSection, browser: BrowserLine): ReturnType<typeof agreeKeys> {
  if (securityOf(section) !== "dtls") {
    return fail({ code: 302, text: `${section.protocol} is not available; spoken here: UDP/TLS/RTP/SAVPF` });
  }
  if (section.ice === null) {
    return fail({ code: 306, text: "No a=ice-ufrag, a=ice-pwd and a=fingerprint that could be used here" });
  }
  if (!section.hasRtcpMux) return fail({ code: 306, text: "No a=rtcp-mux, without which ICE is not available" });
  return ok({ crypto: null, srtp: null, browser });
}

function chooseCodec(
  section: MediaSection,
  { codecs, preference = "theirs" }: AnswerOptions,
): Result<{ format: PayloadFormat; codec: CodecName }, Warning> {
  const common: { format: PayloadFormat; codec: CodecName }[] = [];
  for (const format of section.payloads) {
    const codec = codecOf(format);
    if (codec !== null && codecs.includes(codec)) common.push({ format, codec });
  }
  if (preference === "ours") common.sort((a, b) => codecs.indexOf(a.codec) - codecs.indexOf(b.codec));
  const [best] = common;
  return best === undefined
    ? fail({ code: 305, text: `None of the codecs spoken here: ${codecs.join(", ")}` })
    : ok(best);
}

/** The number and the clock are theirs, the spelling and the parameters are ours. */
function spelt(format: PayloadFormat | null, name: EncodingName): PayloadFormat | null {
  return format === null ? null : { ...format, name: ownFormat(name).name, fmtp: ownFormat(name).fmtp };
}

function writeAudio(
  section: MediaSection,
  { formats, stream, crypto, browser }: Agreed,
  { local: { port } }: AnswerOptions,
): string {
  return formatAudio({
    port,
    protocol: section.protocol,
    formats,
    ptimeMs: stream.format.ptimeMs,
    direction: stream.direction,
    hasRtcpMux: section.hasRtcpMux,
    crypto: crypto === null ? [] : [crypto],
    browser: browser === null ? null : { mid: section.mid ?? DEFAULT_MID, ice: browser.ice },
  });
}

function sessionAfter(section: MediaSection, { crypto }: Agreed, session: SdpSession): SdpSession {
  const { keys } = session;
  const known = withPayloads(session, section.payloads);
  return crypto === null ? known : { ...known, keys: { ...keys, [crypto.suite]: crypto.key } };
}
