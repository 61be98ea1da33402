/**
 * A 2xx to an INVITE that waits for its ACK: sent again at T1, 2·T1 … T2 over every transport, for 64·T1 in all
 * (RFC 3261 §13.3.1.4).
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { Flow } from "../../sip/transport/flow.ts";

const T1_MS = 500;
const T2_MS = 4000;
const GIVE_UP_MS = 64 * T1_MS;

export interface AnswerUser {
  /** The ACK has not come in 64·T1. */
  ackMissing(): void;
}

export class PendingAnswer {
  readonly #stack: SipStack;
  readonly #clock: Clock;
  readonly #text: string;
  readonly #flow: Flow;
  readonly #user: AnswerUser;
  #intervalMs = T1_MS;
  #waitedMs = 0;
  #timer: Timer;

  constructor(stack: SipStack, text: string, flow: Flow, user: AnswerUser) {
    this.#stack = stack;
    this.#clock = stack.clock;
    this.#text = text;
    this.#flow = flow;
    this.#user = user;
    this.#timer = this.#clock.startTimer(T1_MS, this, "2xx");
  }

  /** The ACK has come, or nobody waits for it any more. */
  stop(): void {
    this.#timer.cancel();
  }

  expire(): void {
    this.#waitedMs += this.#intervalMs;
    if (this.#waitedMs >= GIVE_UP_MS) {
      this.#user.ackMissing();
      return;
    }
    this.#stack.resend(this.#text, this.#flow);
    this.#intervalMs = Math.min(this.#intervalMs * 2, T2_MS, GIVE_UP_MS - this.#waitedMs);
    this.#timer = this.#clock.startTimer(this.#intervalMs, this, "2xx");
  }
}
