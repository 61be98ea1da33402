/**
 * The audio of one side of a call where it ends at the switch: an endpoint of the media plane, what has been agreed on with
 * that side, and the way to it where it is a browser. Nothing can be said to it before the endpoint listens.
 */
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
  RtpNumbers,
} from "../../port/media.ts";
import { browserOf } from "../../sdp/browser.ts";
import { canReceive } from "../../sdp/direction.ts";
import { AudioAgreement, type AudioRefusal, type AudioState } from "./audio-agreement.ts";
import type { SideRecord } from "./audio-record.ts";
import { agreedText, endText, qualityText } from "./audio-texts.ts";
import { BrowserEnd, type BrowserEndUser } from "./browser-end.ts";
import type { BrowserTerms } from "./browser-terms.ts";
import { SideSound } from "./side-sound.ts";

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

/** What RTP has counted of a side, and what it is coded with. */
export interface AudioQuality {
  readonly codec: CodecName;
  readonly stats: MediaStats;
}

/** Where endpoints hear the gateway between browsers and us. */
const LOOPBACK = "127.0.0.1";

export class AudioSide implements MediaOwner, BrowserEndUser {
  readonly sound: SideSound;
  #user: AudioSideUser;
  readonly #agreement: AudioAgreement;
  readonly #endpoint: MediaEndpoint;
  readonly #address: AudioAddress;
  #browser: BrowserEnd | null = null;
  /** Where the numbers of our stream are. */
  #numbers: RtpNumbers | null = null;
  /** Nothing has come for a while although it should. */
  #isMissing = false;
  #opened: ((problem: string | null) => void) | null = null;
  #isClosed = false;

  /** `then`: the endpoint listens, or why it does not. */
  constructor(user: AudioSideUser, plane: MediaPlane, address: AudioAddress, then: (problem: string | null) => void) {
    this.#user = user;
    this.#address = address;
    const shared = address.codecs?.filter((codec) => plane.codecs.includes(codec)) ?? [];
    this.#opened = then;
    const { listen, told, near, inbandDigits, browser = null, resumed } = address;
    const codecs = shared.length === 0 ? plane.codecs : shared;
    this.#agreement = new AudioAgreement({ codecs, told, before: resumed?.state });
    this.#numbers = resumed?.numbers ?? null;
    const where = { address: browser === null ? listen : LOOPBACK, inbandDigits };
    const port = resumed?.port ?? null;
    const request = port === null ? where : { ...where, resumed: { port, numbers: this.#numbers } };
    this.#endpoint = plane.open(near === null ? request : { ...request, near: near.#endpoint }, this);
    this.sound = new SideSound(this.#endpoint);
  }

  get state(): AudioState {
    return this.#agreement.state;
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

  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** Whether it is to be heard, and is. */
  get isHeard(): boolean {
    const { stream } = this.state;
    return stream !== null && canReceive(stream.direction) && !this.#isMissing;
  }

  /** How long nothing has come of it that should, audio or reports, in milliseconds. */
  async silentMs(): Promise<number> {
    const { silentMs } = await this.#endpoint.stats();
    return silentMs;
  }

  /** `null`: nothing is agreed on yet, or it is closed. */
  async quality(): Promise<AudioQuality | null> {
    const { stream } = this.state;
    if (stream === null || this.#isClosed) return null;
    return { codec: stream.format.codec, stats: await this.#endpoint.stats() };
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
    const answered = this.#agreement.answer(offer, direction);
    if (!answered.ok) return answered;
    this.#connect(answered.value.stream);
    return ok(answered.value.text);
  }

  /** Makes an offer; `far`: what the other side of the call speaks, so that nothing has to be transcoded. */
  offer(far: AudioStream | null = null): string {
    return this.#agreement.offer(far);
  }

  /**
   * The answer to our offer; the problem says what is wrong with it. Of an INVITE there may be several, one for each early
   * dialog: the offer stays open until the one that is final.
   */
  accept(answer: string, isFinal: boolean): Result<AudioStream, string> {
    const accepted = this.#agreement.read(answer);
    if (!accepted.ok) return accepted;
    const remote = this.#browser === null ? null : browserOf(answer);
    if (remote !== null && this.#browser?.accept(remote) !== true) {
      return fail("The answer has other ICE credentials than the one before");
    }
    this.#agreement.accepted(accepted.value, isFinal);
    this.#connect(accepted.value);
    return accepted;
  }

  /** Whether a new description of this side puts the call on hold, or takes it back. */
  noteHold(sdp: string): "hold" | "resume" | null {
    return this.#agreement.noteHold(sdp);
  }

  /** The recordings that end with it are still told of. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#opened = null;
    this.sound.close();
    const { stream } = this.state;
    if (stream !== null) void this.#endpoint.stats().then((stats) => this.#noteQuality(stream.format.codec, stats));
    this.#endpoint.close();
    this.#browser?.close();
  }

  mediaEvent(event: MediaEvent): void {
    this.#user.guard(() => this.#receive(event));
  }

  #connect(stream: AudioStream): void {
    this.#endpoint.connect(stream);
    this.#user.audioNoted(this, "audio-agreed", agreedText(stream));
  }

  #noteQuality(codec: CodecName, stats: MediaStats): void {
    this.#user.guard(() => this.#user.audioNoted(this, "audio-ended", qualityText(codec, stats)));
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
      case "recorded":
        this.#user.audioNoted(this, event.type, endText(event));
        this.sound.ended(event);
        break;
      case "sent":
        this.sound.ended(event);
        break;
      case "numbers":
        this.#numbers = event.numbers;
        break;
      case "digit":
        if (!this.#isClosed) this.#user.keyPressed(this, event.digit);
        break;
      case "lost":
      case "resumed":
        this.#isMissing = event.type === "lost";
        this.#user.audioNoted(this, `audio-${event.type}`, "");
        if (!this.#isClosed) this.#user.audioMissing(this, event.type === "lost");
        break;
    }
  }

  #listens(endpoint: MediaAddress): void {
    const { browser, listen, told } = this.#address;
    this.#agreement.listensAt(endpoint);
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
