/**
 * Provisional responses to the caller that are sent until their PRACK has come (RFC 3262 §3), each early dialog for
 * itself. Made for the first of them: most calls have none.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import {
  newReliableSending,
  type RAck,
  type ReliableEffect,
  type ReliableInput,
  type ReliableSending,
  stepReliable,
} from "../../sip/dialog/reliable.ts";
import type { Answer, SipStack } from "../../sip/stack.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";

export interface ReliableResponse {
  readonly status: number;
  readonly answer: Answer;
  /** RSeq of the callee's response that this one passes on; `null`: the response is ours alone. */
  readonly far: number | null;
}

export interface ReliableUser {
  /** No PRACK has come in 64·T1. */
  prackMissing(): void;
}

export class ReliableResponses {
  readonly #stack: SipStack;
  readonly #invite: ServerTransaction;
  readonly #user: ReliableUser;
  /** By the tag of ours. */
  readonly #dialogs = new Map<string, ReliableDialog>();

  constructor(stack: SipStack, invite: ServerTransaction, user: ReliableUser) {
    this.#stack = stack;
    this.#invite = invite;
    this.#user = user;
  }

  send(response: ReliableResponse): void {
    const tag = response.answer.toTag ?? "";
    let dialog = this.#dialogs.get(tag);
    if (dialog === undefined) {
      dialog = new ReliableDialog(this.#stack, this.#invite, this.#user);
      this.#dialogs.set(tag, dialog);
    }
    dialog.step({ type: "send", item: response });
  }

  /** A PRACK within the dialog of this tag: the response that it acknowledges, `undefined` where there is none. */
  acknowledge(tag: string, { rseq }: RAck): ReliableResponse | undefined {
    return this.#dialogs.get(tag)?.step({ type: "prack", rseq });
  }

  /** Whether the 2xx of this dialog has to wait: a session description has no PRACK yet (RFC 3262 §3). */
  holdsAnswer(tag: string): boolean {
    return this.#dialogs.get(tag)?.hasOpenDescription === true;
  }

  /** The final response is sent. */
  settle(): void {
    for (const dialog of this.#dialogs.values()) dialog.step({ type: "final" });
  }
}

class ReliableDialog implements TimerOwner {
  readonly #stack: SipStack;
  readonly #invite: ServerTransaction;
  readonly #user: ReliableUser;
  #state: ReliableSending<ReliableResponse> = newReliableSending(Math.random());
  #text = "";
  #timer: Timer | null = null;

  constructor(stack: SipStack, invite: ServerTransaction, user: ReliableUser) {
    this.#stack = stack;
    this.#invite = invite;
    this.#user = user;
  }

  get hasOpenDescription(): boolean {
    return (this.#state.open?.item.answer.body ?? "") !== "";
  }

  step(input: ReliableInput<ReliableResponse>): ReliableResponse | undefined {
    const [state, effects] = stepReliable(this.#state, input);
    this.#state = state;
    let acknowledged: ReliableResponse | undefined;
    for (const effect of effects) {
      if (effect.type === "acknowledged") acknowledged = effect.item;
      else this.#do(effect);
    }
    return acknowledged;
  }

  expire(): void {
    this.step({ type: "timer" });
  }

  #do(effect: Exclude<ReliableEffect<ReliableResponse>, { type: "acknowledged" }>): void {
    switch (effect.type) {
      case "send": {
        const { status, answer } = effect.item;
        const fields = [...(answer.fields ?? []), ["Require", "100rel"], ["RSeq", String(effect.rseq)]] as const;
        this.#text = this.#stack.reply(this.#invite, status, { ...answer, fields });
        break;
      }
      case "resend":
        this.#stack.resend(this.#text, this.#invite.flow);
        break;
      case "start-timer":
        this.#timer = this.#stack.clock.startTimer(effect.ms, this, "reliable");
        break;
      case "stop-timer":
        this.#timer?.cancel();
        break;
      case "give-up":
        this.#user.prackMissing();
        break;
    }
  }
}
