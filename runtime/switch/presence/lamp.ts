/**
 * The message lamp of one registered phone that has not subscribed: switched by NOTIFY outside any dialog. What the phone
 * says to that is remembered for its registration, so that one that does not understand is not bothered again.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { MailboxCounts } from "../../port/mailbox.ts";
import type { BindingRow } from "../../port/store.ts";
import type { ClientRequest, RequestFailure, RequestUser } from "../../sip/client-request.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import { newPace, noteChange, noteDemand, noteSent, noteTaken, type Pace, waitMs } from "./pace.ts";

/** A phone that leaves so many NOTIFY in a row unanswered gets no more. */
const MOST_SILENCES = 2;

export interface LampState {
  readonly domain: string;
  readonly user: string;
  /** The Contact URI. */
  readonly contact: string;
  /** Of its registration: another one is a phone that has started anew. */
  callId: string;
  /** `dormant`: not registered at the moment. `deaf`: does not understand. */
  phone: "registered" | "dormant" | "deaf";
  /** What it was told last. */
  told: MailboxCounts | null;
  silences: number;
  readonly pace: Pace;
}

/** What all lamps share. */
export interface LampHost {
  readonly clock: Clock;
  readonly pauseMs: number;
  /** A phone that has registered gets its 200 first, and this long to subscribe by itself. */
  readonly settleMs: number;
  /** What the lamp is to show; `undefined`: nothing, since the user has subscribed, or is gone. */
  countsFor(state: LampState): MailboxCounts | undefined;
  send(state: LampState, counts: MailboxCounts, user: RequestUser): ClientRequest | undefined;
}

export class Lamp implements TimerOwner, RequestUser {
  readonly state: LampState;
  readonly #host: LampHost;
  #timer: Timer | null = null;
  #request: ClientRequest | null = null;
  /** What the NOTIFY that waits for its answer says. */
  #telling: MailboxCounts | null = null;

  constructor({ domain, user, contact, callId }: BindingRow, host: LampHost) {
    this.state = { domain, user, contact, callId, phone: "registered", told: null, silences: 0, pace: newPace() };
    this.#host = host;
  }

  /** Whether nothing would be lost with this lamp: off, still, and not of a phone that is to be spared. */
  get isForgettable(): boolean {
    const { phone, pace } = this.state;
    const isStill = pace.due === "nothing" && !pace.isOutstanding;
    return isStill && phone !== "deaf" && !this.#isLit;
  }

  /** The number of messages has changed. */
  changed(): void {
    if (this.state.phone !== "registered") return;
    noteChange(this.state.pace);
    this.#advance();
  }

  /** The phone has registered, for the first time or again. */
  registered({ callId }: BindingRow, counts: MailboxCounts): void {
    const { state } = this;
    const isAnew = state.callId !== callId || state.phone === "dormant";
    if (isAnew) {
      state.callId = callId;
      state.phone = "registered";
      state.silences = 0;
    }
    if (state.phone === "deaf") return;
    const isMissing = isAnew ? counts.new > 0 || this.#isLit : !this.#knows(counts);
    if (isMissing) this.settle();
  }

  /** Tells the phone, once it has settled. */
  settle(): void {
    const { pace } = this.state;
    noteDemand(pace);
    pace.notBefore = this.#host.clock.now() + this.#host.settleMs;
    this.#advance();
  }

  /** The registration is over. A lamp that is lit is remembered, to be put out when the phone is back. */
  unregistered(): void {
    // What was on its way may have arrived.
    if (this.#request !== null) this.state.told = this.#telling;
    this.stop();
    this.state.phone = "dormant";
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#request?.release();
    this.#request = null;
    this.state.pace.due = "nothing";
    this.state.pace.isOutstanding = false;
  }

  expire(): void {
    this.#timer = null;
    this.#advance();
  }

  onResponse({ status }: SipResponse): void {
    if (status < 200) return;
    const { state } = this;
    this.#request = null;
    noteTaken(state.pace);
    state.silences = 0;
    if (status < 300) state.told = this.#telling;
    else this.#becomeDeaf();
    this.#advance();
  }

  onFailure(failure: RequestFailure): void {
    const { state } = this;
    this.#request = null;
    noteTaken(state.pace);
    if (failure === "timeout" && ++state.silences >= MOST_SILENCES) this.#becomeDeaf();
    this.#advance();
  }

  get #isLit(): boolean {
    return (this.state.told?.new ?? 0) > 0;
  }

  #knows(counts: MailboxCounts): boolean {
    const { told } = this.state;
    if (told === null) return counts.new === 0;
    return told.new === counts.new && told.saved === counts.saved;
  }

  #becomeDeaf(): void {
    this.state.phone = "deaf";
    this.state.told = null;
    this.state.pace.due = "nothing";
  }

  #advance(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#wait() === 0) this.#tell();
    const wait = this.#wait();
    if (wait !== undefined) this.#timer = this.#host.clock.startTimer(wait, this, "lamp");
  }

  #wait(): number | undefined {
    return waitMs(this.state.pace, this.#host.clock.now(), this.#host.pauseMs);
  }

  #tell(): void {
    const { state } = this;
    const counts = this.#host.countsFor(state);
    const isNews = state.pace.due === "demand" || state.told === null || counts === undefined || !this.#knows(counts);
    state.pace.due = "nothing";
    if (counts === undefined || !isNews) return;
    this.#telling = counts;
    noteSent(state.pace, this.#host.clock.now());
    const sent = this.#host.send(state, counts, this);
    if (sent === undefined) noteTaken(state.pace);
    // What cannot be sent at all fails before `send` returns.
    else if (state.pace.isOutstanding) this.#request = sent;
  }
}
