/**
 * A live call: its state, the caller, the legs, the plan and the script, put together. Every input is handled to its end
 * before the next: state is read, changed, and the messages leave in order.
 */
import type { Decision, Forward } from "../../../sdk/decisions.ts";
import type { Actor, CallEvent } from "../../../sdk/events.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toText } from "../../base/text.ts";
import type { ScriptFault } from "../../port/script.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { CallAudio } from "../audio/call-audio.ts";
import type { CallLiveness } from "../liveness/call-liveness.ts";
import { Origination } from "../originate/origination.ts";
import type { ScriptGate } from "../policy/script-gate.ts";
import { CallEntry } from "../recovery/call-entry.ts";
import type { CallTail } from "../recovery/call-record.ts";
import { Resumption } from "../recovery/resumption.ts";
import { acceptSession } from "../session/agree.ts";
import type { SessionTimers } from "../session/session-timers.ts";
import { Transfers } from "../transfer/transfers.ts";
import { runVerb } from "../verbs/verbs.ts";
import { Attempts } from "./attempts.ts";
import { localResponse, presentable } from "./best-response.ts";
import { CallDecisions } from "./call-decisions.ts";
import { CallLegs } from "./call-legs.ts";
import type { CallState, FinalResponse } from "./call-state.ts";
import { CallTimers } from "./call-timers.ts";
import { CallView } from "./call-view.ts";
import { CallerLeg } from "./caller-leg.ts";
import { Ending } from "./ending.ts";
import type { Exchange } from "./exchange.ts";
import { LastWords } from "./last-words.ts";
import { PlanRun, type StepResult } from "./plan-run.ts";
import type { Relay } from "./relay.ts";
import { ScriptSession } from "./script-session.ts";
import type { Step } from "./step.ts";
import { TimeLimit } from "./time-limit.ts";

export class Call {
  readonly state: CallState;
  readonly exchange: Exchange;
  readonly session: ScriptSession;
  readonly caller: CallerLeg;
  readonly view: CallView;
  readonly attempts: Attempts;
  readonly decisions: CallDecisions;
  readonly legs: CallLegs;
  readonly lastWords: LastWords;
  readonly ending: Ending;
  readonly timeLimit = new TimeLimit(this);
  /** What its script may do; `null`: whatever it likes. */
  readonly gate: ScriptGate | null;
  /** An earlier process has begun it, and this one has not gone on with it yet: what that one has written down stands. */
  isInherited = false;
  /** In-dialog requests on their way across. */
  readonly relays = new Set<Relay>();
  readonly #plan: PlanRun;
  /** Made when it is first written down. */
  #entry: CallEntry | null = null;
  /** Made when the first sound passes: most calls need none. */
  #audio: CallAudio | null = null;
  /** Made for a call that the switch begins. */
  #origination: Origination | null = null;
  #timers: CallTimers | null = null;
  #transfers: Transfers | null = null;
  /** Made when it is answered. */
  liveness: CallLiveness | null = null;
  /** Made for the first side that agrees on a session timer. */
  sessionTimers: SessionTimers | null = null;

  /** `invite`: the caller's; `null` for a call that the switch begins. */
  constructor(state: CallState, invite: ServerTransaction | null, exchange: Exchange, gate: ScriptGate | null) {
    this.state = state;
    this.gate = gate;
    this.exchange = exchange;
    this.view = new CallView(state, exchange.clock);
    this.lastWords = new LastWords(exchange.index, () => this.#partingChanged());
    this.attempts = new Attempts(this);
    this.caller = new CallerLeg(invite, exchange.stack, exchange.index, this);
    this.#plan = new PlanRun(state.plan, this);
    this.decisions = new CallDecisions(this, this.#plan);
    this.legs = new CallLegs(this, this.#plan);
    this.ending = new Ending(this, this.#plan);
    this.session = new ScriptSession(state, exchange.scripts, exchange.clock, this.decisions);
  }

  get contactUser(): string {
    return this.state.id;
  }

  get audio(): CallAudio {
    this.#audio ??= new CallAudio(this);
    return this.#audio;
  }

  /** Whether anything has been heard here. */
  get hasAudio(): boolean {
    return this.#audio !== null;
  }

  /** The switch has begun the call, and its caller has not answered yet. */
  get isOriginating(): boolean {
    return this.state.direction === "outbound" && this.state.answeredAt === null;
  }

  get timers(): CallTimers {
    this.#timers ??= new CallTimers(this);
    return this.#timers;
  }

  get transfers(): Transfers {
    this.#transfers ??= new Transfers(this, this.#plan);
    return this.#transfers;
  }

  /** `null`: nothing of the kind has come up. */
  get transferring(): Transfers | null {
    return this.#transfers;
  }

  /** Whether a called side has answered: from then on the parties talk. */
  get isConnected(): boolean {
    return this.state.answeredAt !== null && this.state.bridges.length > 0;
  }

  /**
   * Its first input. While the script is asked nothing is sent and nothing written down: should this process end, the caller
   * says his INVITE again. After 200 ms his transaction has him wait (RFC 3261 §17.2.1). `fault`: why the script cannot be
   * asked.
   */
  begin(fault: ScriptFault | undefined): void {
    this.#handle(() => {
      this.exchange.observer.callStarted(this.view);
      this.askScript(fault);
    });
  }

  /** Calls the caller first; `then`: what is done once he has answered, `null` where the script says. */
  originate(first: Forward, then: readonly Decision[] | null): void {
    this.exchange.observer.callStarted(this.view);
    this.#origination = new Origination(this, this.#plan, then);
    this.#origination.start(first);
  }

  /** Has the script say what is to happen with the call. */
  askScript(fault?: ScriptFault): void {
    if (this.session.handles("invite")) {
      this.emit({ type: "invite" });
      return;
    }
    this.touch();
    const message = `Script ${this.state.script} has no handler for invite.`;
    this.decisions.faulted("invite", fault ?? { reason: "missing", message }, this.state.plan.epoch);
  }

  emit(event: CallEvent): void {
    this.session.send(event);
  }

  /** Handles one input. A bug of ours costs the call it happens in, and no other. */
  guard(work: () => void): void {
    this.touch();
    this.#handle(work);
  }

  #handle(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.ending.fail(error);
    }
    this.exchange.watch?.callChanged(this.state);
  }

  /** Whatever happens to the call in this turn is written down before anybody hears of it. */
  touch(): void {
    const { journal } = this.exchange;
    if (journal === undefined || this.isInherited) return;
    this.#entry ??= new CallEntry(this);
    journal.touch(this.#entry);
  }

  /** Whether its record is safe. */
  get isRecorded(): boolean {
    return this.#entry?.isRecorded === true;
  }

  /** Whether there is nobody left whom another process would have to tell of its end: neither a phone nor its script. */
  get isHeard(): boolean {
    return this.lastWords.areHeard && this.attempts.open.length === 0 && this.session.isIdle;
  }

  /** Where the call is over but for that, nothing else will have it written down. */
  #partingChanged(): void {
    if (this.#entry?.isOver === true || this.state.end === null) this.touch();
  }

  /** Does another plan from now on; what is under way is given up. */
  perform(plan: readonly Decision[]): void {
    this.decisions.perform(plan);
  }

  runStep(decision: Decision): StepResult {
    return runVerb(this, decision);
  }

  /** The step that has the call. */
  get step(): Step | null {
    return this.#plan.step;
  }

  /** A step takes the call for a while. */
  takeStep(step: Step): void {
    this.#plan.begin(step);
  }

  /** A step has done what it could: the plan goes on. */
  stepFailed(): void {
    this.#audio?.stopRinging();
    this.#plan.goOn();
  }

  /** A step has come to its end and has something to tell; one that was given up meanwhile tells it all the same. */
  stepDone(step: Step, event: CallEvent | null): void {
    const isCurrent = this.#plan.step === step && this.state.end === null;
    if (isCurrent && event !== null && this.session.handles(event.type)) this.#plan.pause(event.type);
    else if (isCurrent) this.#plan.goOn();
    if (event !== null) this.emit(event);
  }

  planRanOut(): void {
    const { state } = this;
    // Whoever is connected talks on: there is nothing left to be decided.
    if (state.end !== null || this.isConnected) return;
    if (state.failedRaised || !this.session.handles("failed")) {
      this.ending.endUnanswered();
      return;
    }
    state.failedRaised = true;
    const { code, reason } = presentable(state.best ?? localResponse(480));
    this.emit({ type: "failed", code, reason: toText(reason), attempts: [...state.attempts] });
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.exchange.clock.startTimer(ms, { expire: (kind) => this.guard(() => owner.expire(kind)) }, kind);
  }

  /** For a call that an earlier process has begun. */
  resumption(tail: CallTail): Resumption {
    return new Resumption(this, this.#plan, tail);
  }

  ackMissing(): void {
    this.guard(() => this.ending.ackMissing());
  }

  prackMissing(): void {
    this.guard(() => this.ending.prackMissing());
  }

  /** The caller's INVITE is answered now: what the answer says of its session. */
  sessionFields(invite: SipRequest): readonly HeaderField[] {
    return acceptSession(this, "caller", invite);
  }

  /** Ends the call from here: BYE to both sides, or a final response to a caller who waits. */
  hangUp(by: Actor, reason: string | null, cause = 200): void {
    this.ending.hangUp(by, reason, cause);
  }

  /** Ends a call that nobody answered. */
  refuse(response: FinalResponse, by: Actor): void {
    this.ending.refuse(response, by);
  }

  /** Whether something of it is still being made safe. */
  get isKeeping(): boolean {
    return this.#audio?.isBusy === true;
  }

  closeAudio(): void {
    this.#audio?.close();
  }

  /** Nothing happens in it by time alone any more. */
  stopTimers(): void {
    this.timeLimit.stop();
    this.#timers?.stop();
    this.sessionTimers?.stop();
    this.liveness?.stop();
  }

  /** It is over: what its transactions, which live on, still hear is nothing to it. */
  release(): void {
    this.legs.release();
    this.#transfers?.release();
    this.#origination?.forget();
  }
}
