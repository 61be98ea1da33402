/**
 * A transfer to somebody who is called for it: the party that stays waits, the target rings, and whoever leaves is hung up
 * when the target is there. Where nobody takes the call, both go on talking (RFC 5589 §6).
 */
import type { Forward } from "../../../sdk/decisions.ts";
import type { Actor } from "../../../sdk/events.ts";
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { FinalResponse } from "../call/call-state.ts";
import type { Leg } from "../call/leg.ts";
import type { LegOutcome } from "../call/step.ts";
import { ForwardStep } from "../verbs/forward.ts";
import { CalledTarget, type CalledTargetUser } from "./called-target.ts";
import { Connection, type ConnectionUser } from "./media/connection.ts";
import { Waiting } from "./media/waiting.ts";
import type { Referral } from "./refer/referral.ts";
import type { Newcomer } from "./reseat.ts";
import type { RunningTransfer } from "./running-transfer.ts";

export interface TransferOrder {
  /** The party that gets somebody else to talk to. */
  readonly who: Side;
  readonly by: Actor;
  /** Targets, and how they are called. */
  readonly forward: Forward;
  readonly mayLeave: boolean;
  /** The REFER that asked for it. */
  readonly referral: Referral | null;
  /** Header fields of the INVITE. */
  readonly fields: readonly HeaderField[];
}

export class TransferStep implements RunningTransfer, ConnectionUser {
  readonly who: Side;
  readonly by: Actor;
  readonly target: string;
  readonly referral: Referral | null;
  readonly #call: Call;
  readonly #forward: Forward;
  readonly #called: CalledTarget;
  readonly #calling: ForwardStep;
  readonly #waiting: Waiting;
  #connection: Connection | null = null;
  #isOver = false;

  constructor(call: Call, { who, by, forward, mayLeave, referral, fields }: TransferOrder) {
    this.#call = call;
    this.who = who;
    this.by = by;
    this.referral = referral;
    this.target = forward.targets.join(", ");
    this.#forward = forward;
    const legs: CalledTargetUser = {
      guard: (work) => call.guard(work),
      legProgressed: (leg, response) => this.#progressed(leg, response),
      legAnswered: (leg, response) => this.#answered(leg, response),
      answerRepeated: (leg) => this.#answeredAgain(leg),
      legFailed: (leg, outcome) => this.#failed(leg, outcome),
      notReached: () => this.#notReached(),
    };
    this.#called = new CalledTarget(call, { kept: who, mayLeave, fields }, legs);
    this.#calling = new ForwardStep(this.#called, forward);
    this.#waiting = new Waiting(call, who);
  }

  start(): void {
    this.#waiting.begin();
    this.#calling.start();
  }

  abandon(fields: readonly HeaderField[] = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#calling.abandon(fields);
    this.#connection?.giveUp(fields);
    this.#waiting.end();
    this.#call.transfers.givenUp(this);
  }

  #progressed(leg: Leg, response: SipResponse): void {
    if (this.#isOver || this.#connection !== null) return;
    leg.prack(response);
    const isCarried = this.#call.hasAudio && this.#call.audio.carries(leg.state.id);
    const side = isCarried && response.body !== "" ? this.#call.audio.agreed(leg, response) : undefined;
    if (side === undefined) this.#waiting.ring();
    else this.#waiting.hear(side);
    this.referral?.progress(response.status, response.reason);
  }

  #answered(leg: Leg, response: SipResponse): void {
    if (this.#isOver || this.#connection !== null) {
      leg.drop(response);
      return;
    }
    this.#calling.legAnswered(leg);
    this.#connection = new Connection(this.#call, this.who, { leg, response }, this);
    this.#connection.start();
  }

  #answeredAgain(leg: Leg): void {
    if (this.#connection?.leg === leg) this.#connection.acknowledge();
  }

  #failed(leg: Leg, outcome: LegOutcome): void {
    if (this.#call.hasAudio) this.#call.audio.closeLeg(leg.state.id);
    if (!this.#isOver) this.#calling.legFailed(leg, outcome);
  }

  #notReached(): void {
    this.#fail(this.#called.best ?? localResponse(480));
  }

  connected(newcomer: Newcomer): void {
    this.#isOver = true;
    const { maxSeconds, record } = this.#forward;
    const leg = this.#connection?.leg;
    this.#call.attempts.noteAnswered(newcomer.leg, 200, "OK");
    if (leg !== undefined) this.#call.transfers.keep(leg);
    this.#call.transfers.succeeded(this, newcomer, null);
    if (maxSeconds !== undefined) this.#call.timeLimit.set(maxSeconds);
    if (record === true) this.#call.attempts.startRecording();
  }

  notConnected(code: number): void {
    const leg = this.#connection?.leg;
    const failure = localResponse(code);
    if (leg !== undefined) this.#call.attempts.note(leg.state.target, leg.state.uri, failure);
    this.#fail(failure);
  }

  /** The place of whoever leaves. */
  get place(): Side {
    return otherSide(this.who);
  }

  #fail(best: FinalResponse): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.end();
    this.#call.transfers.failed(this, best);
  }
}
