/**
 * A live call: its state, the caller, the legs, the plan and the script, put together. Every input is handled to its end
 * before the next: state is read, changed, and the messages leave in order.
 */
import type { Decision } from "../../sdk/decisions.ts";
import type { Actor, CallEvent } from "../../sdk/events.ts";
import type { Timer, TimerOwner } from "../base/clock.ts";
import { toText, toWire } from "../base/text.ts";
import type { HandlerName, ScriptFault } from "../port/script.ts";
import { otherSide, passDescription, type Side } from "../sdp/offer-answer.ts";
import type { RequestFailure } from "../sip/client-request.ts";
import type { HeaderField, SipRequest, SipResponse } from "../sip/message/message.ts";
import type { ServerTransaction } from "../sip/transaction/layer.ts";
import { Attempts } from "./attempts.ts";
import { localResponse, presentable } from "./best-response.ts";
import { acknowledge, answerBridge, earlyBridge, findBridge } from "./bridge.ts";
import type { CallEnd, CallState, FinalResponse, InviteExchange } from "./call-state.ts";
import { CallView, callRecord, legView } from "./call-view.ts";
import { CallerLeg } from "./caller-leg.ts";
import { hasDescription } from "./description.ts";
import type { Exchange } from "./exchange.ts";
import { Farewell } from "./farewell.ts";
import { hangUpBridge } from "./hang-up.ts";
import type { Leg, LegUser } from "./leg.ts";
import { PlanRun, type StepResult } from "./plan-run.ts";
import type { Relay } from "./relay.ts";
import { relayedFields } from "./relayed-fields.ts";
import { ScriptSession } from "./script-session.ts";
import { DEFAULT_MAX_SECONDS, type ForwardStep } from "./verbs/forward.ts";
import { runVerb } from "./verbs/verbs.ts";

const DEFAULT_FALLBACK: readonly Decision[] = [{ type: "reject", code: 500 }];
const ANSWERED = { result: "answered", code: 200, reason: "OK" } as const;
const TERMINATED = { result: "cancelled", code: 487, reason: "Request Terminated" } as const;

export class Call implements LegUser, TimerOwner {
  readonly state: CallState;
  readonly exchange: Exchange;
  readonly session: ScriptSession;
  readonly caller: CallerLeg;
  readonly view: CallView;
  readonly attempts: Attempts;
  /** In-dialog requests on their way across. */
  readonly relays = new Set<Relay>();
  readonly #plan: PlanRun;
  /** The caller's INVITE as it went on, for the day that its 2xx comes again. */
  #firstInvite: InviteExchange | null = null;
  #answeredLeg: Leg | null = null;
  #farewell: Farewell | null = null;
  #isFinished = false;
  /** Runs out when the answered call has lasted as long as it may. */
  #limit: Timer | null = null;

  constructor(state: CallState, invite: ServerTransaction, exchange: Exchange) {
    this.state = state;
    this.exchange = exchange;
    this.view = new CallView(state, exchange.clock);
    this.attempts = new Attempts(this);
    this.caller = new CallerLeg(invite, exchange.stack, exchange.index, this);
    this.#plan = new PlanRun(state.plan, this);
    this.session = new ScriptSession(state, exchange.scripts, exchange.clock, this);
  }

  get contactUser(): string {
    return this.state.id;
  }

  /** `fault`: why the script cannot be asked. */
  begin(fault: ScriptFault | undefined): void {
    this.caller.trying();
    this.exchange.observer.callStarted(this.view);
    if (this.session.handles("invite")) {
      this.emit({ type: "invite" });
      return;
    }
    const message = `Script ${this.state.script} has no handler for invite.`;
    this.faulted("invite", fault ?? { reason: "missing", message }, this.state.plan.epoch);
  }

  emit(event: CallEvent): void {
    this.session.send(event);
  }

  /** Handles one input. A bug of ours costs the call it happens in, and no other. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Does another plan from now on; what is under way is given up. Labels alone change nothing else. */
  perform(plan: readonly Decision[]): void {
    if (this.state.end !== null) return;
    if (plan.some(({ type }) => type !== "tag")) this.#plan.perform(plan);
    else for (const decision of plan) this.runStep(decision);
  }

  /** The first step of a plan that cannot be done any more: an answered call has its other side already. */
  impossibleStep(plan: readonly Decision[]): Decision["type"] | undefined {
    if (this.state.answeredAt === null) return undefined;
    return plan.find(({ type }) => type === "forward" || type === "redirect")?.type;
  }

  /** The script has decided: on a plan, or on nothing. `epoch`: the plan that it knew of. */
  decided(handler: HandlerName, plan: readonly Decision[] | undefined, epoch: number): void {
    const { state, exchange } = this;
    const isLate = state.end !== null || state.plan.epoch !== epoch;
    if (plan === undefined) {
      if (handler === "failed" && !isLate) this.#endUnanswered();
      return;
    }
    const impossible = this.impossibleStep(plan);
    if (isLate) {
      exchange.observer.decisionDropped(this.view, handler);
    } else if (impossible !== undefined) {
      const message = `The call is answered: ${impossible} cannot be done on it any more.`;
      exchange.observer.scriptFault(this.view, handler, { reason: "invalid-decision", message });
    } else if (hasToDecide(handler)) {
      this.#plan.perform(plan);
    } else {
      this.perform(plan);
    }
  }

  /** The script has failed at an event. Where it had to decide, the route's fallback decides instead. */
  faulted(handler: HandlerName, fault: ScriptFault, epoch: number): void {
    const { state } = this;
    this.exchange.observer.scriptFault(this.view, handler, fault);
    if (!hasToDecide(handler) || state.end !== null || state.plan.epoch !== epoch) return;
    if (state.fellBack) {
      this.#endUnanswered();
      return;
    }
    state.fellBack = true;
    this.#plan.perform(state.fallback.length === 0 ? DEFAULT_FALLBACK : state.fallback);
  }

  runStep(decision: Decision): StepResult {
    return runVerb(this, decision);
  }

  /** `forward` takes the call. */
  takeStep(step: ForwardStep): void {
    this.#plan.begin(step);
  }

  stepFailed(): void {
    this.#plan.stepFailed();
  }

  planRanOut(): void {
    const { state } = this;
    if (state.end !== null || state.answeredAt !== null) return;
    if (state.failedRaised || !this.session.handles("failed")) {
      this.#endUnanswered();
      return;
    }
    state.failedRaised = true;
    const { code, reason } = presentable(state.best ?? localResponse(480));
    this.emit({ type: "failed", code, reason: toText(reason), attempts: [...state.attempts] });
  }

  #endUnanswered(): void {
    const { best } = this.state;
    this.refuse(presentable(best ?? localResponse(480)), best === null ? "switch" : "callee");
  }

  startTimer(ms: number, owner: TimerOwner, kind: string): Timer {
    return this.exchange.clock.startTimer(ms, { expire: (kind) => this.guard(() => owner.expire(kind)) }, kind);
  }

  legProgressed(leg: Leg, response: SipResponse): void {
    const { state, exchange } = this;
    const { invite } = this.caller;
    if (invite === null || state.end !== null) return;
    const bridge = earlyBridge(this, leg, response, invite.request);
    if (bridge === undefined) return;
    this.caller.pass(response, bridge);
    const { status: code } = response;
    const isProgress = code === 183 || response.body !== "";
    if (!isProgress && state.ringingAt === null) {
      state.ringingAt = exchange.clock.now();
      exchange.observer.callRinging(this.view);
    }
    const reason = toText(response.reason);
    this.emit({ type: isProgress ? "progress" : "ringing", leg: legView(leg.state), code, reason });
  }

  legAnswered(leg: Leg, response: SipResponse): void {
    const { state, exchange } = this;
    const { invite } = this.caller;
    if (invite === null || state.end !== null) return;
    const step = this.#plan.release();
    const bridge = answerBridge(this, leg, response, invite.request);
    this.#firstInvite = bridge.invite;
    this.#answeredLeg = leg;
    this.caller.pass(response, bridge);
    step?.legAnswered(leg);
    state.answeredAt = exchange.clock.now();
    this.attempts.noteAnswered(leg.state, response.status, response.reason);
    this.#limit = this.startTimer((step?.maxSeconds ?? DEFAULT_MAX_SECONDS) * 1000, this, "limit");
    exchange.observer.callAnswered(this.view);
    this.emit({ type: "answered", leg: legView(leg.state) });
  }

  answerRepeated(leg: Leg, response: SipResponse): void {
    const bridge = this.state.bridges.find(
      ({ legId, callee }) => legId === leg.state.id && callee.remoteTag === response.toTag,
    );
    if (bridge !== undefined) acknowledge(this.exchange.stack, bridge, this.#firstInvite);
  }

  legFailed(leg: Leg, outcome: SipResponse | RequestFailure): void {
    this.#plan.step?.legFailed(leg, outcome);
  }

  /** An ACK for a 2xx: it goes to the other side, also with the answer to a late offer (RFC 3261 §13.2.2.4). */
  onAck(request: SipRequest): void {
    const found = findBridge(this.state, request);
    const invite = found?.bridge.invite;
    if (found === undefined || invite?.by !== found.side || invite.cseqIn !== request.cseq.number) return;
    this.farewellTo(found.side)?.say();
    if (invite.state !== "answered") return;
    this.caller.stopWaiting();
    const { media } = found.bridge;
    // The answer to a late offer (RFC 3264 §5).
    const isAnswer = media.open === otherSide(found.side) && hasDescription(request);
    if (isAnswer) passDescription(media, found.side, request.body);
    invite.state = "acknowledged";
    invite.ack = { fields: relayedFields(request.headers), body: request.body };
    acknowledge(this.exchange.stack, found.bridge, invite);
  }

  /** The ACK for a 2xx of ours has not come in 64·T1 (RFC 3261 §13.3.1.4). */
  ackMissing(): void {
    this.guard(() => {
      this.caller.stopWaiting();
      if (this.#farewell === null) this.hangUp("switch", "The ACK has not come");
      else this.#farewell.say();
    });
  }

  /** What is left of the call for this side when it is over but for an ACK. */
  farewellTo(side: Side): Farewell | null {
    return side === "caller" ? this.#farewell : null;
  }

  /** The caller has given up. */
  onCancel(cancel: SipRequest): void {
    const reason = cancel.headers.get("reason");
    const fields: HeaderField[] = reason === undefined ? [] : [["Reason", reason]];
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
  hangUp(by: Actor, reason: string | null): void {
    if (this.state.end !== null) return;
    const fields: HeaderField[] =
      reason === null ? [] : [["Reason", `SIP;cause=200;text="${toWire(reason).replace(/["\\]/g, "'")}"`]];
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

  expire(): void {
    this.hangUp("switch", "The call has reached its time limit");
  }

  /** Everything that ends with the call. `fields` go into what the other sides get; `hungUpBy` has hung up itself. */
  #end(end: CallEnd, response: FinalResponse, fields: readonly HeaderField[], hungUpBy?: "caller" | "callee"): void {
    const { state, exchange } = this;
    state.end = end;
    state.endedAt = exchange.clock.now();
    this.#limit?.cancel();
    this.caller.refuse(response);
    this.#plan.stop(fields);
    for (const relay of [...this.relays]) relay.giveUp();
    const [bridge] = state.bridges;
    if (state.answeredAt === null || bridge === undefined) return;
    const isNew = this.caller.awaitsAck && bridge.invite === this.#firstInvite;
    if (isNew && hungUpBy !== "caller") this.#farewell = new Farewell(this, bridge, fields);
    else this.caller.stopWaiting();
    hangUpBridge(exchange.stack, bridge, fields, [hungUpBy, this.#farewell === null ? undefined : "caller"]);
  }

  /** The record is written, the script hears the end, and the call is taken out of the switch. */
  #finish(): void {
    const { state, exchange } = this;
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (this.#farewell === null) exchange.index.remove(this);
    else exchange.index.retire(this);
    this.#answeredLeg?.release();
    const cdr = callRecord(state, exchange.clock.now());
    exchange.observer.callEnded(this.view, cdr);
    this.emit({ type: "ended", cdr });
  }
}

/** Whether a handler must say what is to happen with the call. */
function hasToDecide(handler: HandlerName): boolean {
  return handler === "invite" || handler === "failed";
}
