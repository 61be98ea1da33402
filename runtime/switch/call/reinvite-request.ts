/**
 * An INVITE of ours within a dialog, bounded: a phone that says 100 and nothing else would keep every other offer of its call
 * waiting. It is given up by CANCEL, as a proxy gives up (Timer C, RFC 3261 §16.6 step 11 and §16.8).
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { ClientRequest, OutgoingRequest, RequestFailure, RequestUser } from "../../sip/client-request.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";

/** RFC 3261 §16.6 step 11: more than three minutes. */
export const TIMER_C_MS = 181_000;

export function sendReinvite(stack: SipStack, request: OutgoingRequest, user: RequestUser): ClientRequest {
  const bounded = new BoundedUser(stack, user);
  const sent = stack.send(request, bounded);
  bounded.wait(sent);
  return sent;
}

class BoundedUser implements RequestUser, TimerOwner {
  readonly #stack: SipStack;
  readonly #user: RequestUser;
  #request: ClientRequest | null = null;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(stack: SipStack, user: RequestUser) {
    this.#stack = stack;
    this.#user = user;
  }

  wait(request: ClientRequest): void {
    if (this.#isOver) return;
    this.#request = request;
    this.#timer?.cancel();
    this.#timer = this.#stack.clock.startTimer(TIMER_C_MS, this, "timer-c");
  }

  onResponse(response: SipResponse, request: ClientRequest): void {
    // RFC 3261 §16.7 step 2: whoever says more than 100 is waited for anew.
    if (response.status >= 200) this.#stop();
    else if (response.status > 100) this.wait(request);
    this.#user.onResponse(response, request);
  }

  onFailure(failure: RequestFailure, request: ClientRequest): void {
    this.#stop();
    this.#user.onFailure(failure, request);
  }

  /** What comes of it is seen by what becomes of the INVITE: 487, a 2xx that has crossed the CANCEL, or nothing. */
  expire(): void {
    this.#request?.cancel();
  }

  #stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }
}
