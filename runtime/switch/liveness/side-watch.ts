/**
 * Watches one side of an answered call. One that nothing else bounds, no session timer (RFC 4028) and no audio that comes, is
 * asked now and then whether it is there; one that has fallen silent is asked then. Two pings in a row without an answer, or
 * a 481, and it is gone.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";
import { shareOf } from "./liveness.ts";
import { type PingOutcome, ping } from "./ping.ts";

/** Why a side counts as gone. */
export type GoneReason = "ping-unanswered" | "dialog-gone" | "silence";

const MOST_UNANSWERED = 2;
/** A network that is away for a moment ends no call: the second ping waits so long, and less where pings are frequent. */
const AGAIN_MS = 30_000;
/** A phone whose connection is lost is given time to connect again (RFC 5626 §4.5). */
const AWAY_MS = 900_000;
/** Others are asked first. */
const LATER_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

export interface SideWatchUser {
  /** It is gone. `false`: the call goes on all the same, for now. */
  sideGone(side: Side, reason: GoneReason): boolean;
}

export class SideWatch implements TimerOwner {
  readonly #call: Call;
  readonly #side: Side;
  readonly #user: SideWatchUser;
  #timer: Timer | null = null;
  /** When it is asked next, and when its silence is looked into. */
  #pingAt = NEVER;
  #silenceAt = NEVER;
  /** How often it has been watched for a while: each time is a little longer or shorter. */
  #rounds = 0;
  /** Who sits there, and the number of his last request, at the last look. */
  #dialog: Dialog | undefined;
  #cseq = 0;
  #unanswered = 0;
  #isAsking = false;
  /** It should be heard and is not, long enough to be asked for that. */
  #isSilent = false;

  constructor(call: Call, side: Side, user: SideWatchUser) {
    this.#call = call;
    this.#side = side;
    this.#user = user;
  }

  /** Nobody is there, or nobody who answers. */
  get isGone(): boolean {
    return this.#current === undefined || this.#unanswered >= MOST_UNANSWERED;
  }

  /** `share`: of the usual time, until the first ping. */
  begin(share = this.#share()): void {
    this.#hasSpoken();
    this.#wait(share);
    if (this.#audio?.isMissing === true) this.silent(true);
  }

  stop(): void {
    this.#pingAt = NEVER;
    this.#silenceAt = NEVER;
    this.#timer?.cancel();
  }

  /** It has not been heard for a while although it should be, or is heard again. */
  silent(isSilent: boolean): void {
    const ms = isSilent ? this.#silenceMs : NEVER;
    this.#silenceAt = this.#now + ms;
    if (!isSilent) this.#isSilent = false;
    this.#arm();
  }

  expire(kind: string): void {
    if (kind === "silence") this.#lookIntoSilence();
    else this.#look();
  }

  #look(): void {
    const dialog = this.#current;
    if (dialog === undefined || (!this.#isSilent && this.#isSureToBeThere())) {
      this.#unanswered = 0;
      this.#wait();
    } else if (this.#call.exchange.liveness.mayPing()) {
      this.#isAsking = true;
      ping(this.#call, dialog, (outcome) => this.#answered(dialog, outcome));
    } else {
      this.#waitMs(this.#share() * LATER_MS);
    }
  }

  /** It has given a sign of life, or something else ends the call where there is none. */
  #isSureToBeThere(): boolean {
    const { state, caller } = this.#call;
    if (this.#hasSpoken() || this.#audio?.isHeard === true) return true;
    return state.sessions[this.#side] !== null || caller.awaitsAck;
  }

  #answered(dialog: Dialog, outcome: PingOutcome): void {
    this.#isAsking = false;
    if (this.#call.state.end !== null) return;
    if (outcome === "alive" || dialog !== this.#current) {
      this.#unanswered = 0;
      if (this.#isSilent && outcome === "alive") this.#tellSilence();
      this.#wait();
      return;
    }
    this.#unanswered++;
    if (outcome === "gone") this.#gone("dialog-gone");
    else if (this.#unanswered >= MOST_UNANSWERED) this.#gone(this.#isSilent ? "silence" : "ping-unanswered");
    else if (outcome === "unreachable") this.#waitMs(Math.min(AWAY_MS, this.#pingMs));
    else this.#waitMs(Math.min(AGAIN_MS, this.#pingMs / 10));
  }

  #gone(reason: GoneReason): void {
    if (!this.#user.sideGone(this.#side, reason)) this.#wait();
  }

  #lookIntoSilence(): void {
    const audio = this.#audio;
    this.#silenceAt = NEVER;
    this.#arm();
    void audio?.silentMs().then((ms) =>
      this.#call.guard(() => {
        if (this.#call.state.end !== null || audio !== this.#audio || !audio.isMissing) return;
        const leftMs = this.#silenceMs - ms;
        if (leftMs > 0) {
          // Reports have come (RTCP), or it was on hold meanwhile.
          this.#silenceAt = this.#now + leftMs;
          this.#arm();
        } else {
          this.#isSilent = true;
          if (!this.#isAsking) this.#look();
        }
      }),
    );
  }

  /** It is there, whatever it does with its audio: told once. */
  #tellSilence(): void {
    const { exchange, view } = this.#call;
    this.#isSilent = false;
    exchange.observer.audioSilent(view, this.#side, exchange.liveness.terms.silenceSeconds);
  }

  /** Whether it has sent anything since the last look, or somebody has come in its place. */
  #hasSpoken(): boolean {
    const dialog = this.#current;
    const cseq = dialog?.remoteCseq ?? 0;
    const isNew = this.#dialog !== undefined && (dialog !== this.#dialog || cseq !== this.#cseq);
    this.#dialog = dialog;
    this.#cseq = cseq;
    return isNew;
  }

  get #current(): Dialog | undefined {
    const { bridges, own } = this.#call.state;
    return bridges[0]?.[this.#side] ?? (this.#side === "caller" ? own?.caller : undefined);
  }

  get #audio() {
    return this.#call.hasAudio ? this.#call.audio.of(this.#side) : undefined;
  }

  get #now(): number {
    return this.#call.exchange.clock.now();
  }

  get #pingMs(): number {
    return toMs(this.#call.exchange.liveness.terms.pingSeconds);
  }

  get #silenceMs(): number {
    return toMs(this.#call.exchange.liveness.terms.silenceSeconds);
  }

  /** From 0.75 to 1.25: sides that have answered at once are not asked at once. */
  #share(): number {
    return 0.75 + shareOf(`${this.#call.state.id} ${this.#side} ${++this.#rounds}`) / 2;
  }

  #wait(share = this.#share()): void {
    this.#waitMs(this.#pingMs * share);
  }

  #waitMs(ms: number): void {
    this.#pingAt = this.#now + ms;
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const at = Math.min(this.#pingAt, this.#silenceAt);
    if (at === NEVER || this.#isAsking) return;
    const kind = at === this.#silenceAt ? "silence" : "ping";
    this.#timer = this.#call.startTimer(Math.max(0, at - this.#now), this, kind);
  }
}

/** 0 stands for never. */
function toMs(seconds: number): number {
  return seconds === 0 ? NEVER : seconds * 1000;
}
