/**
 * The audio of one side of a call where it ends at the switch: an endpoint of the media plane, and what has been agreed on
 * with that side by offer and answer (RFC 3264). Nothing can be said to it before the endpoint listens.
 */
import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../base/result.ts";
import type {
  AudioStream,
  CodecName,
  Direction,
  MediaAddress,
  MediaEndpoint,
  MediaEvent,
  MediaOwner,
  MediaPlane,
  MediaStats,
  PlayRequest,
  RecordRequest,
  RtpNumbers,
} from "../../port/media.ts";
import { answerOffer } from "../../sdp/answer.ts";
import { browserOf } from "../../sdp/browser.ts";
import { holdChange } from "../../sdp/hold.ts";
import { acceptAnswer, makeOffer, offerFor } from "../../sdp/offer.ts";
import { newSession, type SdpSession } from "../../sdp/session.ts";
import type { SideRecord } from "./audio-record.ts";
import { BrowserEnd, type BrowserEndUser, type BrowserState } from "./browser-end.ts";
import type { BrowserTerms } from "./browser-terms.ts";

export type Played = Extract<MediaEvent, { type: "played" }>;
export type Recorded = Extract<MediaEvent, { type: "recorded" }>;

export interface AudioSideUser {
  guard(work: () => void): void;
  keyPressed(side: AudioSide, digit: string): void;
  /** The endpoint is gone: what was to be heard or recorded there is not any more. */
  audioFailed(side: AudioSide, message: string): void;
  audioMissing(side: AudioSide, isMissing: boolean): void;
  /** Something has happened that people may want to know of later. */
  audioNoted(side: AudioSide, what: string, text: string): void;
}

/** Where a side is reached, and what it is to be joined with. */
export interface AudioAddress {
  /** The address of ours to listen on. */
  readonly listen: string;
  /** Where the other side is told to send. */
  readonly told: string;
  readonly near: AudioSide | null;
  readonly inbandDigits: boolean;
  /** What is spoken there, best first; absent: whatever the plane speaks. */
  readonly codecs?: readonly CodecName[] | null | undefined;
  /** It is a browser. @default null */
  readonly browser?: BrowserTerms | null;
  /** Goes on where a side of an earlier process was. @default it begins */
  readonly resumed?: SideRecord;
}

/** What another process needs to go on with this side: plain data. */
export interface AudioState {
  session: SdpSession;
  stream: AudioStream | null;
  /** An offer of ours that has no answer yet. */
  offered: string | null;
  /** The other side has put the call on hold. */
  isHolding: boolean;
  /** Of ICE and DTLS; `null`: it is no browser. */
  browser: BrowserState | null;
}

/** No common codec, or no audio at all: the answer to the request that had the offer. */
export interface AudioRefusal {
  readonly code: 488;
  readonly warning: string;
}

/** Where endpoints hear the gateway between browsers and us. */
const LOOPBACK = "127.0.0.1";

export class AudioSide implements MediaOwner, BrowserEndUser {
  readonly state: AudioState;
  #user: AudioSideUser;
  readonly #codecs: readonly CodecName[];
  readonly #endpoint: MediaEndpoint;
  readonly #address: AudioAddress;
  #browser: BrowserEnd | null = null;
  /** Where the numbers of our stream are. */
  #numbers: RtpNumbers | null = null;
  #lastTicket = 0;
  readonly #played = new Map<number, (event: Played) => void>();
  readonly #recorded = new Map<number, (event: Recorded) => void>();
  readonly #sent = new Map<number, () => void>();
  #opened: ((problem: string | null) => void) | null = null;
  #isClosed = false;

  /** `then`: the endpoint listens, or why it does not. */
  constructor(user: AudioSideUser, plane: MediaPlane, address: AudioAddress, then: (problem: string | null) => void) {
    this.#user = user;
    this.#address = address;
    const shared = address.codecs?.filter((codec) => plane.codecs.includes(codec)) ?? [];
    this.#codecs = shared.length === 0 ? plane.codecs : shared;
    this.#opened = then;
    const { listen, near, inbandDigits, browser = null, resumed } = address;
    this.#numbers = resumed?.numbers ?? null;
    this.state = { ...(resumed?.state ?? begun()), browser: null };
    const where = { address: browser === null ? listen : LOOPBACK, inbandDigits };
    const port = resumed?.port ?? null;
    const request = port === null ? where : { ...where, resumed: { port, numbers: this.#numbers } };
    this.#endpoint = plane.open(near === null ? request : { ...request, near: near.#endpoint }, this);
  }

  /** It is part of another call from now on. */
  serve(user: AudioSideUser): void {
    this.#user = user;
  }

  /** For the process that starts next. */
  get stored(): SideRecord {
    const { listen, told, inbandDigits, codecs } = this.#address;
    const { browser, ...state } = this.state;
    const port = this.#endpoint.local?.port ?? this.#address.resumed?.port ?? null;
    const address = { listen, told, inbandDigits, codecs };
    return { address, port, numbers: this.#numbers, state, isBrowser: browser !== null };
  }

  get isBrowser(): boolean {
    return this.state.browser !== null;
  }

  guard(work: () => void): void {
    this.#user.guard(work);
  }

  browserConnected(): void {
    this.#user.audioNoted(this, "browser-connected", "ICE and DTLS are there");
  }

  browserFailed(message: string): void {
    this.#lose(message);
  }

  /** Whether an offer is being prepared for: no other is taken meanwhile. */
  get isPreparing(): boolean {
    return this.#browser?.isOpening === true;
  }

  /** What an offer needs before it can be answered: a browser that begins ICE anew. `false`: it is gone meanwhile. */
  prepare(offer: string, then: (isThere: boolean) => void): void {
    const remote = this.#browser === null ? null : browserOf(offer);
    if (remote === null || this.#browser?.isNew(remote) !== true) {
      then(true);
      return;
    }
    this.#browser.open(remote, (problem) => {
      then(problem === null);
      if (problem !== null) this.#lose(problem);
    });
  }

  /** Answers an offer: the session description that says so. */
  answer(offer: string, direction: Direction = "sendrecv"): Result<string, AudioRefusal> {
    const answered = answerOffer(offer, { ...this.#terms, direction, random: randomBytes });
    if (!answered.ok) return answered;
    const { text, session, stream } = answered.value;
    this.#agree(stream);
    this.state.session = session;
    this.state.offered = null;
    return ok(text);
  }

  /** Makes an offer; `far`: what the other side of the call speaks, so that nothing has to be transcoded. */
  offer(far: AudioStream | null = null): string {
    const { text, session } = far === null ? makeOffer(this.#terms) : offerFor(far, this.#terms);
    this.state.session = session;
    this.state.offered = text;
    return text;
  }

  /**
   * The answer to our offer; the problem says what is wrong with it. Of an INVITE there may be several, one for each early
   * dialog: the offer stays open until the one that is final.
   */
  accept(answer: string, isFinal: boolean): Result<AudioStream, string> {
    const { offered } = this.state;
    if (offered === null) return fail("There is no offer that this could answer");
    const accepted = acceptAnswer(offered, answer, this.state.browser?.line?.plain ?? null);
    if (!accepted.ok) return accepted;
    const remote = this.#browser === null ? null : browserOf(answer);
    if (remote !== null && this.#browser?.accept(remote) !== true) {
      return fail("The answer has other ICE credentials than the one before");
    }
    if (isFinal) this.state.offered = null;
    this.#agree(accepted.value);
    return accepted;
  }

  /** Whether a new description of this side puts the call on hold, or takes it back. */
  noteHold(sdp: string): "hold" | "resume" | null {
    const change = holdChange(this.state.isHolding, sdp);
    if (change !== null) this.state.isHolding = change === "hold";
    return change;
  }

  play(request: PlayRequest, then: (event: Played) => void): void {
    const ticket = ++this.#lastTicket;
    this.#played.set(ticket, then);
    this.#endpoint.play(ticket, request);
  }

  /** Whoever plays is not told of it any more. */
  stopPlaying(): void {
    this.#played.clear();
    this.#endpoint.stopPlaying();
  }

  record(request: RecordRequest, then: (event: Recorded) => void): void {
    const ticket = ++this.#lastTicket;
    this.#recorded.set(ticket, then);
    this.#endpoint.record(ticket, request);
  }

  stopRecording(): void {
    this.#endpoint.stopRecording();
  }

  pauseRecording(isPaused: boolean): void {
    this.#endpoint.pauseRecording(isPaused);
  }

  sendDigits(digits: string, then: () => void): void {
    const ticket = ++this.#lastTicket;
    this.#sent.set(ticket, then);
    this.#endpoint.sendDigits(ticket, digits);
  }

  join(other: AudioSide): void {
    this.#endpoint.join(other.#endpoint);
  }

  leave(): void {
    this.#endpoint.leave();
  }

  /** The recordings that end with it are still told of. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#opened = null;
    this.#played.clear();
    this.#sent.clear();
    if (this.state.stream !== null) void this.#endpoint.stats().then((stats) => this.#noteQuality(stats));
    this.#endpoint.close();
    this.#browser?.close();
  }

  mediaEvent(event: MediaEvent): void {
    this.#user.guard(() => this.#receive(event));
  }

  get #terms() {
    const browser = this.state.browser?.line ?? null;
    const [candidate = this.#endpoint.local] = browser?.ice.candidates ?? [];
    return {
      codecs: this.#codecs,
      local: { address: this.#address.told, port: candidate?.port ?? 0 },
      session: this.state.session,
      browser,
    };
  }

  #agree(stream: AudioStream): void {
    this.state.stream = stream;
    this.#endpoint.connect(stream);
    const { format, remote, direction } = stream;
    const where = remote === null ? "nowhere yet" : `${remote.address}:${remote.port}`;
    this.#user.audioNoted(this, "audio-agreed", `${format.codec} ${direction} with ${where}`);
  }

  #noteQuality({ packetsSent, packetsReceived, packetsLost, jitterMs, roundTripMs }: MediaStats): void {
    const packets = `${packetsSent} packets sent, ${packetsReceived} received, ${packetsLost} lost`;
    const times = `jitter ${jitterMs.toFixed(1)} ms${roundTripMs === null ? "" : `, round trip ${roundTripMs.toFixed(0)} ms`}`;
    this.#user.guard(() => this.#user.audioNoted(this, "audio-ended", `${packets}, ${times}`));
  }

  #receive(event: MediaEvent): void {
    switch (event.type) {
      case "opened":
        this.#listens(event.local);
        break;
      case "failed":
        this.#browser?.close();
        this.#fail(event.message);
        break;
      case "played":
        this.#noteEnd(event);
        take(this.#played, event.ticket)?.(event);
        break;
      case "recorded":
        this.#noteEnd(event);
        take(this.#recorded, event.ticket)?.(event);
        break;
      case "sent":
        take(this.#sent, event.ticket)?.();
        break;
      case "numbers":
        this.#numbers = event.numbers;
        break;
      case "digit":
        if (!this.#isClosed) this.#user.keyPressed(this, event.digit);
        break;
      case "lost":
      case "resumed":
        this.#user.audioNoted(this, `audio-${event.type}`, "");
        if (!this.#isClosed) this.#user.audioMissing(this, event.type === "lost");
        break;
    }
  }

  #listens(endpoint: MediaAddress): void {
    const { browser, listen, told } = this.#address;
    if (this.#address.resumed !== undefined && this.state.stream !== null) this.#endpoint.connect(this.state.stream);
    if (browser === undefined || browser === null || this.#isClosed) {
      this.#settleOpening(null);
      return;
    }
    this.#browser = new BrowserEnd(browser.gateway, { listen, told, endpoint }, this);
    this.state.browser = this.#browser.state;
    const remote = browser.offer === null ? null : browserOf(browser.offer);
    this.#browser.open(remote, (problem) => {
      if (problem === null) this.#settleOpening(null);
      else this.#lose(problem);
    });
  }

  /** The browser is gone: the endpoint has nobody any more. */
  #lose(message: string): void {
    if (this.#isClosed) return;
    this.#browser?.close();
    this.#endpoint.close();
    this.#fail(message);
  }

  #noteEnd({ type, end, ms, message }: Played | Recorded): void {
    const problem = message === null ? "" : `: ${message}`;
    this.#user.audioNoted(this, type, `${end} after ${ms.toFixed(0)} ms${problem}`);
  }

  #settleOpening(problem: string | null): boolean {
    const opened = this.#opened;
    this.#opened = null;
    opened?.(problem);
    return opened !== null;
  }

  #fail(message: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#settleOpening(message)) this.#user.audioFailed(this, message);
  }
}

function begun(): SideRecord["state"] {
  return { session: newSession(randomBytes), stream: null, offered: null, isHolding: false };
}

function take<Value>(map: Map<number, Value>, key: number): Value | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
