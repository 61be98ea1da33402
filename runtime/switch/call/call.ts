/**
 * A live call: its state, the caller, the legs, the plan and the script, put together. Every input is handled to its end
 * before the next: state is read, changed, and the messages leave in order.
 */
import type { Decision, Forward } from "../../../sdk/decisions.ts";
import type { Actor, CallEvent } from "../../../sdk/events.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toText, toWire } from "../../base/text.ts";
import type { ScriptFault } from "../../port/script.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { CallAudio } from "../audio/call-audio.ts";
import { Origination } from "../originate/origination.ts";
import { limitReached, secondsLeft } from "../policy/call-policy.ts";
import type { ScriptGate } from "../policy/script-gate.ts";
import { CallEntry } from "../recovery/call-entry.ts";
import type { CallStage, CallTail } from "../recovery/call-record.ts";
import { Resumption } from "../recovery/resumption.ts";
import { acceptSession } from "../session/agree.ts";
import type { SessionTimers } from "../session/session-timers.ts";
import { Transfers } from "../transfer/transfers.ts";
import { runVerb } from "../verbs/verbs.ts";
import { Attempts } from "./attempts.ts";
import { localResponse, presentable } from "./best-response.ts";
import { CallDecisions } from "./call-decisions.ts";
import { CallLegs } from "./call-legs.ts";
import type { CallEnd, CallLimit, CallState, FinalResponse } from "./call-state.ts";
import { CallTimers } from "./call-timers.ts";
import { CallView, callRecord } from "./call-view.ts";
import { CallerLeg } from "./caller-leg.ts";
import type { Exchange } from "./exchange.ts";
import { Farewell } from "./farewell.ts";
import { hangUpBridge, sendBye } from "./hang-up.ts";
import { PlanRun, type StepResult } from "./plan-run.ts";
import { reasonsOf } from "./reasons.ts";
import type { Relay } from "./relay.ts";
import { relayedFields } from "./relayed-fields.ts";
import { ScriptSession } from "./script-session.ts";
import type { Step } from "./step.ts";

const ANSWERED = { result: "answered", code: 200, reason: "OK" } as const;
/** How long the end of a call waits for what was recorded to be safe. */
const SETTLE_MS = 10_000;
const TERMINATED = { result: "cancelled", code: 487, reason: "Request Terminated" } as const;

export class Call implements TimerOwner {
  readonly state: CallState;
  readonly exchange: Exchange;
  readonly session: ScriptSession;
  readonly caller: CallerLeg;
  readonly view: CallView;
  readonly attempts: Attempts;
  readonly decisions: CallDecisions;
  readonly legs: CallLegs;
  /** What its script may do; `null`: whatever it likes. */
  readonly gate: ScriptGate | null;
  /** In-dialog requests on their way across. */
  readonly relays = new Set<Relay>();
  readonly #plan: PlanRun;
  /** Made when it is first written down. */
  #entry: CallEntry | null = null;
  /** When it was seen for the last time, where the switch was away for too long since; `null`: it is seen. */
  knownUntil: number | null = null;
  #farewell: Farewell | null = null;
  #isFinished = false;
  /** Made when the first sound passes: most calls need none. */
  #audio: CallAudio | null = null;
  /** Runs out when the answered call has lasted as long as it may. */
  #limit: Timer | null = null;
  /** Made for a call that the switch begins. */
  #origination: Origination | null = null;
  #timers: CallTimers | null = null;
  #transfers: Transfers | null = null;
  /** Made for the first side that agrees on a session timer. */
  sessionTimers: SessionTimers | null = null;

  /** `invite`: the caller's; `null` for a call that the switch begins. */
  constructor(state: CallState, invite: ServerTransaction | null, exchange: Exchange, gate: ScriptGate | null) {
    this.state = state;
    this.gate = gate;
    this.exchange = exchange;
    this.view = new CallView(state, exchange.clock);
    this.attempts = new Attempts(this);
    this.caller = new CallerLeg(invite, exchange.stack, exchange.index, this);
    this.#plan = new PlanRun(state.plan, this);
    this.decisions = new CallDecisions(this, this.#plan);
    this.legs = new CallLegs(this, this.#plan);
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

  /** `fault`: why the script cannot be asked. */
  begin(fault: ScriptFault | undefined): void {
    this.exchange.observer.callStarted(this.view);
    this.caller.trying();
    this.askScript(fault);
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
    const message = `Script ${this.state.script} has no handler for invite.`;
    this.decisions.faulted("invite", fault ?? { reason: "missing", message }, this.state.plan.epoch);
  }

  emit(event: CallEvent): void {
    this.session.send(event);
  }

  /** Handles one input. A bug of ours costs the call it happens in, and no other. */
  guard(work: () => void): void {
    this.touch();
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
    this.exchange.watch?.callChanged(this.state);
  }

  /** Whatever happens to the call in this turn is written down before anybody hears of it. */
  touch(): void {
    const { journal } = this.exchange;
    if (journal === undefined) return;
    this.#entry ??= new CallEntry(this);
    journal.touch(this.#entry);
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
      this.endUnanswered();
      return;
    }
    state.failedRaised = true;
    const { code, reason } = presentable(state.best ?? localResponse(480));
    this.emit({ type: "failed", code, reason: toText(reason), attempts: [...state.attempts] });
  }

  /** Nobody has taken the call: the caller gets the best refusal, or a BYE where the switch has answered. */
  endUnanswered(): void {
    const { best } = this.state;
    if (this.state.answeredAt !== null) this.hangUp("switch", null);
    else this.refuse(presentable(best ?? localResponse(480)), best === null ? "switch" : "callee");
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.exchange.clock.startTimer(ms, { expire: (kind) => this.guard(() => owner.expire(kind)) }, kind);
  }

  /** How long the answered call may last from now on. */
  limit(seconds: number): void {
    this.#limit?.cancel();
    if (this.state.isEmergency === true) return;
    const left = secondsLeft(this);
    const at = this.exchange.clock.now() + Math.min(seconds, left) * 1000;
    this.lastUntil({ at, kind: left < seconds ? "policy" : "limit" });
  }

  lastUntil(until: CallLimit): void {
    this.state.until = until;
    this.#limit = this.startTimer(Math.max(0, until.at - this.exchange.clock.now()), this, until.kind);
  }

  /** For a call that an earlier process has begun. */
  resumption(tail: CallTail): Resumption {
    const bidFarewell = (dialog: Dialog): void => {
      this.#farewell = new Farewell(this, dialog, []);
    };
    return new Resumption(this, this.#plan, tail, { bidFarewell, finish: () => this.#finish(true) });
  }

  /** What is left of the call. */
  get stage(): CallStage {
    if (this.state.end === null) return "going";
    if (!this.#isFinished) return "ending";
    return this.#farewell?.isOver === false ? "farewell" : "over";
  }

  /** The ACK for a 2xx of ours has not come in 64·T1 (RFC 3261 §13.3.1.4). */
  ackMissing(): void {
    this.guard(() => {
      this.caller.stopWaiting();
      if (this.#farewell === null) this.hangUp("switch", "The ACK has not come");
      else this.#farewell.say();
    });
  }

  /** The caller's INVITE is answered now: what the answer says of its session. */
  sessionFields(invite: SipRequest): readonly HeaderField[] {
    return acceptSession(this, "caller", invite);
  }

  /** A provisional response has had no PRACK in 64·T1 (RFC 3262 §3). */
  prackMissing(): void {
    this.guard(() => {
      if (this.state.answeredAt === null) this.refuse(localResponse(504), "switch");
      else this.hangUp("switch", "The PRACK has not come");
    });
  }

  /** What is left of the call for this side when it is over but for an ACK. */
  farewellTo(side: Side): Farewell | null {
    return side === "caller" ? this.#farewell : null;
  }

  /** The caller has given up. */
  onCancel(cancel: SipRequest): void {
    const reason = cancel.headers.get("reason");
    const fields = reasonsOf(cancel);
    this.#end({ ...TERMINATED, by: "caller" }, localResponse(TERMINATED.code), fields);
    this.emit({ type: "cancel", reason: reason === undefined ? null : toText(reason) });
    this.#finish();
  }

  /** One side hangs up; its BYE has been answered already. */
  onBye(by: "caller" | "callee", request: SipRequest): void {
    const reason = request.headers.get("reason");
    const end = this.state.answeredAt === null ? TERMINATED : ANSWERED;
    this.#end({ ...end, by }, localResponse(TERMINATED.code), relayedFields(request.headers), by);
    this.emit({ type: "bye", by, reason: reason === undefined ? null : toText(reason) });
    this.#finish();
  }

  /** Ends the call from here: BYE to both sides, or a final response to a caller who waits. */
  hangUp(by: Actor, reason: string | null, cause = 200): void {
    if (this.state.end !== null) return;
    const fields: HeaderField[] =
      reason === null ? [] : [["Reason", `SIP;cause=${cause};text="${toWire(quotable(reason))}"`]];
    if (this.isOriginating) {
      this.#end({ ...TERMINATED, by }, localResponse(TERMINATED.code), fields);
      this.#finish();
      return;
    }
    if (this.state.answeredAt === null) {
      this.refuse({ ...localResponse(480), fields }, by, fields);
      return;
    }
    this.#end({ ...ANSWERED, by }, localResponse(TERMINATED.code), fields);
    this.emit({ type: "bye", by, reason });
    this.#finish();
  }

  /** Ends a call that nobody answered. `fields` go to the sides that still ring. */
  refuse(response: FinalResponse, by: Actor, fields: readonly HeaderField[] = []): void {
    if (this.state.end !== null) return;
    const { code, reason } = response;
    this.#end({ result: "failed", code, reason: toText(reason), by }, response, fields);
    this.#finish();
  }

  /** A bug of ours has struck this call: it ends here, as well as it can. */
  #fail(error: unknown): void {
    const { observer } = this.exchange;
    observer.callFailed(this.view, error);
    try {
      if (this.state.answeredAt === null) this.refuse(localResponse(500), "switch");
      else this.hangUp("switch", "Internal error");
      // What an end that broke off has left behind.
      this.caller.refuse(localResponse(500));
      this.#plan.stop();
      this.#finish();
    } catch (another) {
      observer.callFailed(this.view, another);
      this.exchange.index.remove(this);
    }
  }

  /** There is no audio for a step that needs it, or it is lost: the call cannot go on. */
  endWithoutAudio(problem: string): void {
    if (this.state.end !== null) return;
    this.exchange.observer.audioFailed(this.view, problem);
    if (this.state.answeredAt === null) this.refuse(localResponse(500), "switch");
    else this.hangUp("switch", problem);
  }

  /** Everything that was to be kept is safe. */
  settled(): void {
    if (this.state.end !== null) this.#finish();
  }

  expire(kind: string): void {
    if (kind === "policy") limitReached(this, { limit: "duration", detail: "the call has lasted maxSeconds" });
    if (kind !== "settle") this.hangUp("switch", "The call has reached its time limit");
    else this.#finish(true);
  }

  /** Everything that ends with the call. `fields` go into what the other sides get; `hungUpBy` has hung up itself. */
  #end(end: CallEnd, response: FinalResponse, fields: readonly HeaderField[], hungUpBy?: "caller" | "callee"): void {
    const { state, exchange } = this;
    this.touch();
    state.end = end;
    state.endedAt = this.knownUntil ?? exchange.clock.now();
    this.gate?.leave(state.id);
    exchange.trunks?.leases.releaseCall(state.id);
    this.#limit?.cancel();
    this.#timers?.stop();
    this.sessionTimers?.stop();
    // It is answered, and the 2xx waits for a PRACK.
    const isUntold = this.caller.invite !== null;
    this.caller.refuse(response);
    this.#plan.stop(fields);
    this.#transfers?.end(end.code);
    for (const relay of [...this.relays]) relay.giveUp();
    this.#audio?.close();
    const [bridge] = state.bridges;
    const dialog = bridge?.caller ?? state.own?.caller;
    if (state.answeredAt === null || dialog === undefined) return;
    const isNew = this.caller.awaitsAck && (bridge === undefined || bridge.invite === this.legs.firstInvite);
    if (isNew && hungUpBy !== "caller") this.#farewell = new Farewell(this, dialog, fields);
    else this.caller.stopWaiting();
    if (bridge !== undefined) {
      const isSpared = isUntold || this.#farewell !== null;
      hangUpBridge(exchange.stack, bridge, fields, [hungUpBy, isSpared ? "caller" : undefined]);
    } else if (hungUpBy !== "caller" && !isUntold && this.#farewell === null) sendBye(exchange.stack, dialog, fields);
  }

  /** The record is written, the script hears the end, and the call is taken out of the switch. */
  #finish(mustEnd = false): void {
    const { state, exchange } = this;
    if (this.#isFinished) return;
    if (this.#audio?.isBusy === true && !mustEnd) {
      this.#limit = this.startTimer(SETTLE_MS, this, "settle");
      return;
    }
    this.#limit?.cancel();
    this.#isFinished = true;
    if (this.#farewell === null) exchange.index.remove(this);
    else exchange.index.retire(this);
    this.legs.release();
    this.#transfers?.release();
    this.#origination?.forget();
    const cdr = callRecord(state, exchange.clock.now());
    exchange.observer.callEnded(this.view, cdr);
    this.emit({ type: "ended", cdr });
  }
}

/** What can stand in a quoted text of a header: neither its end, nor the end of its line. */
function quotable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/\p{Cc}+/gu, " ");
}
