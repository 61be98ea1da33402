/** What has been agreed on with a side by offer and answer (RFC 3264): what we say, and what we make of what it says. */
import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../base/result.ts";
import type { AudioStream, CodecName, Direction, MediaAddress } from "../../port/media.ts";
import { answerOffer } from "../../sdp/answer.ts";
import { holdChange } from "../../sdp/hold.ts";
import { acceptAnswer, makeOffer, offerFor } from "../../sdp/offer.ts";
import { newSession, type SdpSession } from "../../sdp/session.ts";
import type { BrowserState } from "./browser-end.ts";

/** What another process needs to go on with the side: plain data. */
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

export interface AudioTerms {
  readonly codecs: readonly CodecName[];
  /** Where the other side is told to send. */
  readonly told: string;
  /** What an earlier process has agreed on; absent: nothing is. */
  readonly before?: Omit<AudioState, "browser"> | undefined;
}

export class AudioAgreement {
  readonly state: AudioState;
  readonly #codecs: readonly CodecName[];
  readonly #told: string;
  /** Where our endpoint listens; `null`: it does not yet. */
  #local: MediaAddress | null = null;

  constructor({ codecs, told, before }: AudioTerms) {
    this.#codecs = codecs;
    this.#told = told;
    const begun = { session: newSession(randomBytes), stream: null, offered: null, isHolding: false };
    this.state = { ...(before ?? begun), browser: null };
  }

  listensAt(local: MediaAddress): void {
    this.#local = local;
  }

  /** The answer to an offer. */
  answer(
    offer: string,
    direction: Direction,
  ): Result<{ readonly text: string; readonly stream: AudioStream }, AudioRefusal> {
    const answered = answerOffer(offer, { ...this.#terms, direction, random: randomBytes });
    if (!answered.ok) return answered;
    const { text, session, stream } = answered.value;
    this.state.session = session;
    this.state.stream = stream;
    this.state.offered = null;
    return ok({ text, stream });
  }

  /** An offer; `far`: what the other side of the call speaks, so that nothing has to be transcoded. */
  offer(far: AudioStream | null): string {
    const { text, session } = far === null ? makeOffer(this.#terms) : offerFor(far, this.#terms);
    this.state.session = session;
    this.state.offered = text;
    return text;
  }

  /** What an answer to our offer comes to; the problem says what is wrong with it. */
  read(answer: string): Result<AudioStream, string> {
    const { offered, browser } = this.state;
    if (offered === null) return fail("There is no offer that this could answer");
    return acceptAnswer(offered, answer, browser?.line?.plain ?? null);
  }

  /** The answer to our offer is taken; `isFinal`: no other one follows. */
  accepted(stream: AudioStream, isFinal: boolean): void {
    if (isFinal) this.state.offered = null;
    this.state.stream = stream;
  }

  /** Whether a new description of this side puts the call on hold, or takes it back. */
  noteHold(sdp: string): "hold" | "resume" | null {
    const change = holdChange(this.state.isHolding, sdp);
    if (change !== null) this.state.isHolding = change === "hold";
    return change;
  }

  get #terms() {
    const browser = this.state.browser?.line ?? null;
    const [candidate = this.#local] = browser?.ice.candidates ?? [];
    return {
      codecs: this.#codecs,
      local: { address: this.#told, port: candidate?.port ?? 0 },
      session: this.state.session,
      browser,
    };
  }
}
