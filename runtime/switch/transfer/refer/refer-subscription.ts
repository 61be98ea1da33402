/**
 * Tells the phone that has sent a REFER how it goes (RFC 3515 §2.4.4): NOTIFY within its dialog, one at a time, so that the
 * last word is the last to arrive. It outlives the call if it has to.
 */
import type { RequestUser } from "../../../sip/client-request.ts";
import { type Dialog, requestWithin } from "../../../sip/dialog/dialog.ts";
import type { HeaderField, SipResponse } from "../../../sip/message/message.ts";
import type { SipStack } from "../../../sip/stack.ts";

/** Longer than the longest plan rings: the end is told by its own NOTIFY. */
const EXPIRES_SECONDS = 3600;

export interface ReferSubscriber {
  readonly dialog: Dialog;
  /** The CSeq number of the REFER where it is not the first of its dialog (RFC 3515 §2.4.6). */
  readonly id: number | null;
  readonly contactUser: string;
  guard(work: () => void): void;
}

interface Word {
  readonly line: string;
  readonly isLast: boolean;
}

export class ReferSubscription implements RequestUser {
  readonly #stack: SipStack;
  readonly #subscriber: ReferSubscriber;
  readonly #expiresAt: number;
  #next: Word | null = null;
  /** What the NOTIFY says that waits for its answer. */
  #telling: Word | null = null;
  #told = "";
  #state: "open" | "ending" | "over" = "open";
  #then: () => void = () => {};

  constructor(stack: SipStack, subscriber: ReferSubscriber) {
    this.#stack = stack;
    this.#subscriber = subscriber;
    this.#expiresAt = stack.clock.now() + EXPIRES_SECONDS * 1000;
  }

  progress(code: number, reason: string): void {
    if (this.#state === "open") this.#say({ line: `SIP/2.0 ${code} ${reason}`, isLast: false });
  }

  /** `then`: the phone has heard how it ended, or cannot be told. */
  finish(code: number, reason: string, then: () => void): void {
    if (this.#state !== "open") {
      if (this.#state === "over") then();
      return;
    }
    this.#state = "ending";
    this.#then = then;
    this.#say({ line: `SIP/2.0 ${code} ${reason}`, isLast: true });
  }

  onResponse({ status }: SipResponse): void {
    if (status >= 200) this.#subscriber.guard(() => this.#answered(status < 300));
  }

  onFailure(): void {
    this.#subscriber.guard(() => this.#answered(false));
  }

  #say(word: Word): void {
    if (word.line === this.#told && !word.isLast) return;
    this.#next = word;
    if (this.#telling === null) this.#tell();
  }

  #tell(): void {
    const word = this.#next;
    if (word === null) return;
    this.#next = null;
    this.#telling = word;
    this.#told = word.line;
    const { dialog, id, contactUser } = this.#subscriber;
    const request = requestWithin(dialog, "NOTIFY", ++dialog.localCseq);
    const secondsLeft = Math.max(1, Math.ceil((this.#expiresAt - this.#stack.clock.now()) / 1000));
    const own: HeaderField[] = [
      ["Max-Forwards", "70"],
      ["Event", id === null ? "refer" : `refer;id=${id}`],
      ["Subscription-State", word.isLast ? "terminated;reason=noresource" : `active;expires=${secondsLeft}`],
      ["Content-Type", "message/sipfrag;version=2.0"],
    ];
    request.fields.push(...own);
    this.#stack.send({ ...request, contactUser, body: `${word.line}\r\n` }, this);
  }

  /** RFC 6665 §4.2.2: whoever refuses a NOTIFY, or does not answer, is told nothing more. */
  #answered(isTaken: boolean): void {
    const word = this.#telling;
    this.#telling = null;
    if (word === null || this.#state === "over") return;
    if (isTaken && !word.isLast) {
      this.#tell();
      return;
    }
    const wasEnding = this.#state === "ending";
    this.#state = "over";
    this.#next = null;
    if (wasEnding) this.#then();
  }
}
