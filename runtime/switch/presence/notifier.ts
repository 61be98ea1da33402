/**
 * One live subscription: tells the subscriber the state of the resource, at once and whenever it has changed, until the time
 * is over or the subscriber cannot be reached (RFC 6665 §4.2.2). Its one timer runs to whatever comes first.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { CallJournal, Journaled } from "../../port/call-journal.ts";
import type { ClientRequest, RequestUser } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { EventPackage } from "./event-package.ts";
import { noteChange, noteDelay, noteDemand, noteSent, noteTaken, waitMs } from "./pace.ts";
import { retryAfterMs } from "./retry-after.ts";
import { subscriptionEntry } from "./stored-subscription.ts";
import { type EndReason, notifyOf, type Subscription } from "./subscription.ts";

/** A subscriber that asks for time more often in a row is given up. */
const MOST_DELAYS = 5;

/** What all notifiers share. */
export interface NotifierHost {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  /** Absent: subscriptions do not outlive the process. */
  readonly journal?: CallJournal | undefined;
  /** The subscription is over. */
  remove(notifier: Notifier): void;
}

export class Notifier implements TimerOwner, RequestUser {
  readonly state: Subscription;
  readonly #pack: EventPackage;
  readonly #host: NotifierHost;
  #timer: Timer | null = null;
  /** The NOTIFY that waits for its answer. */
  #request: ClientRequest | null = null;
  #isGone = false;

  /** For the process that starts next. */
  readonly #entry: Journaled;

  constructor(state: Subscription, pack: EventPackage, host: NotifierHost) {
    this.state = state;
    this.#pack = pack;
    this.#host = host;
    this.#entry = subscriptionEntry(state, () => this.#isGone);
  }

  /** RFC 6665 §4.2.1.2: the first NOTIFY follows the 200 at once. */
  begin(): void {
    this.#host.journal?.touch(this.#entry);
    noteDemand(this.state.pace);
    this.#advance();
  }

  /** An earlier process has begun it: the subscriber is told the whole state in `ms`. */
  resume(ms: number): void {
    this.state.pace.notBefore = this.#host.clock.now() + ms;
    this.begin();
  }

  /** The state of the resource has changed. */
  changed(): void {
    noteChange(this.state.pace);
    this.#advance();
  }

  /** RFC 6665 §4.2.1.4: the subscriber has asked for more time, and is told the whole state again. */
  refresh(seconds: number, dialog: Dialog): void {
    this.state.dialog = dialog;
    this.state.expiresAt = this.#host.clock.now() + seconds * 1000;
    if (seconds === 0) this.end("timeout");
    else this.begin();
  }

  /** Says the last word, once the NOTIFY that is on its way has been answered. */
  end(reason: EndReason): void {
    const { state } = this;
    state.ending ??= reason;
    state.pace.notBefore = 0;
    this.begin();
  }

  /** The subscription is over without another word. */
  drop(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#host.journal?.touch(this.#entry);
    this.#timer?.cancel();
    this.#timer = null;
    this.#request?.release();
    this.#request = null;
    this.#host.remove(this);
  }

  expire(): void {
    this.#timer = null;
    if (this.#host.clock.now() >= this.state.expiresAt) this.end("timeout");
    else this.#advance();
  }

  onResponse(response: SipResponse): void {
    const { status } = response;
    if (status < 200 || this.#isGone) return;
    this.#request = null;
    if (status < 300) {
      noteTaken(this.state.pace);
      this.#advance();
    } else this.#refused(response);
  }

  /** RFC 6665 §4.2.2: whoever cannot be reached is not written to any more; it subscribes again when it is back. */
  onFailure(): void {
    this.drop();
  }

  /** RFC 6665 §4.2.2: a refusal ends the subscription, 481 above all, unless it says when to try again. */
  #refused(response: SipResponse): void {
    const { pace, ending } = this.state;
    const delayMs = response.status === 481 ? undefined : retryAfterMs(response);
    if (delayMs === undefined || pace.delays >= MOST_DELAYS || ending !== null) {
      this.drop();
      return;
    }
    noteDelay(pace, this.#host.clock.now() + delayMs);
    this.#advance();
  }

  /** Sends what is due, and sets the timer for what comes next. A bug of ours costs this subscription, and no other. */
  #advance(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#isGone) return;
    try {
      if (this.#wait() === 0) this.#notify();
    } catch (error) {
      const { event, subscriber } = this.state;
      this.#host.log.error("A NOTIFY could not be made; its subscription has ended", {
        error,
        event: event.name,
        personal: { ...subscriber },
      });
      this.drop();
    }
    if (!this.#isGone) this.#startTimer();
  }

  #startTimer(): void {
    const { ending, expiresAt } = this.state;
    // The end waits for the answer to the NOTIFY before, which comes or fails by itself.
    if (ending !== null) return;
    const leftMs = Math.max(0, expiresAt - this.#host.clock.now());
    this.#timer = this.#host.clock.startTimer(Math.min(leftMs, this.#wait() ?? leftMs), this, "subscription");
  }

  #wait(): number | undefined {
    return waitMs(this.state.pace, this.#host.clock.now(), this.#pack.pauseMs);
  }

  #notify(): void {
    const { state } = this;
    const { clock, stack } = this.#host;
    const isTold = state.ending === null || state.ending === "timeout";
    const body = isTold ? this.#pack.body(state.resource, state.version, state.type) : undefined;
    if (body === undefined) state.ending ??= "noresource";
    const request = notifyOf(state, clock.now(), body);
    noteSent(state.pace, clock.now());
    if (state.ending !== null) {
      // Whatever becomes of the last word, the subscription is over with it.
      this.drop();
      stack.send(request, UNHEARD);
      return;
    }
    const sent = stack.send(request, this);
    // What cannot be sent at all fails before `send` returns.
    if (!this.#isGone) this.#request = sent;
  }
}

const UNHEARD: RequestUser = { onResponse() {}, onFailure() {} };
