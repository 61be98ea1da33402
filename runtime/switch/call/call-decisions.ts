/**
 * What the script has said about a call: a plan is done, nothing changes nothing, and where a script fails that had to
 * decide, the route's fallback decides instead.
 */
import type { Decision } from "../../../sdk/decisions.ts";
import type { HandlerName, ScriptFault } from "../../port/script.ts";
import { withEmergency } from "../emergency.ts";
import type { Call } from "./call.ts";
import type { PlanRun } from "./plan-run.ts";
import type { SessionUser } from "./script-session.ts";

const DEFAULT_FALLBACK: readonly Decision[] = [{ type: "reject", code: 500 }];
/**
 * Of a call that the policy of its script lets not begin. Not 503, which is for an overload of the whole switch, nor another
 * 5xx, at which a trunk would try again elsewhere: the number is there, and cannot be had now (RFC 3261 §21.4.18).
 */
const LIMIT_FALLBACK: readonly Decision[] = [{ type: "reject", code: 480 }];
/** What can be done with a call whose parties are connected. */
const WHILE_CONNECTED: ReadonlySet<Decision["type"]> = new Set([
  "hangup",
  "reject",
  "tag",
  "recordCall",
  "sendDtmf",
  "timer",
  "wait",
  "forward",
  "transfer",
  "hold",
  "resume",
  "accept",
]);
/** What is done beside whatever the call is doing. */
const BESIDE: ReadonlySet<Decision["type"]> = new Set(["tag", "timer", "recordCall", "sendDtmf", "hold", "resume"]);
/** What can be done with a call that the switch begins, as long as nobody has answered. */
const WHILE_ORIGINATING: ReadonlySet<Decision["type"]> = new Set(["hangup", "reject", "tag", "timer"]);

export class CallDecisions implements SessionUser {
  readonly #call: Call;
  readonly #plan: PlanRun;

  constructor(call: Call, plan: PlanRun) {
    this.#call = call;
    this.#plan = plan;
  }

  guard(work: () => void): void {
    this.#call.guard(work);
  }

  /** Does another plan from now on; what is under way is given up. Labels and the like change nothing else. */
  perform(plan: readonly Decision[]): void {
    if (this.#call.state.end !== null) return;
    if (plan.some(({ type }) => !isAside(type))) this.#plan.perform(plan);
    else for (const decision of plan) this.#call.runStep(decision);
  }

  /** What of a plan cannot be done now: a sentence. */
  impossibility(plan: readonly Decision[]): string | undefined {
    const { answeredAt, bridges } = this.#call.state;
    const isAsked = (this.#call.transferring?.referrals.pending ?? null) !== null;
    if (!isAsked && plan.some(({ type }) => type === "accept")) return "No transfer waits to be accepted.";
    if (this.#call.isOriginating) {
      const early = plan.find(({ type }) => !WHILE_ORIGINATING.has(type));
      return early === undefined ? undefined : `The call is not answered yet: ${early.type} has to wait for that.`;
    }
    if (answeredAt === null) return undefined;
    const isConnected = bridges.length > 0;
    const late = plan.find(({ type }) => (isConnected ? !WHILE_CONNECTED.has(type) : type === "redirect"));
    const confirms =
      isConnected && plan.some((decision) => decision.type === "forward" && decision.confirm !== undefined);
    if (confirms) return "The call is answered: nobody can be asked to confirm a transfer.";
    return late === undefined ? undefined : `The call is answered: ${late.type} cannot be done on it any more.`;
  }

  /** The script has decided: on a plan, or on nothing. `epoch`: the plan that it knew of. */
  decided(handler: HandlerName, plan: readonly Decision[] | undefined, epoch: number): void {
    this.#follow(handler, plan === undefined ? plan : this.#withWayOut(handler, plan), epoch);
    if (handler === "refer") this.#call.transferring?.referrals.decideByRule();
  }

  #follow(handler: HandlerName, plan: readonly Decision[] | undefined, epoch: number): void {
    const { state, exchange, view } = this.#call;
    const isLate = state.end !== null || state.plan.epoch !== epoch;
    if (plan === undefined) {
      if (!isLate) this.#undecided(handler);
      return;
    }
    const impossible = this.impossibility(plan);
    if (isLate) {
      exchange.observer.decisionDropped(view, handler);
    } else if (impossible !== undefined) {
      exchange.observer.scriptFault(view, handler, { reason: "invalid-decision", message: impossible });
      this.#undecided(handler);
    } else if (this.#hasToDecide(handler)) {
      this.#decide(handler, plan);
    } else {
      this.perform(plan);
    }
  }

  /** The script has failed at an event. Where it had to decide, the route's fallback decides instead. */
  faulted(handler: HandlerName, fault: ScriptFault, epoch: number): void {
    const { state, exchange, view } = this.#call;
    // A limit is no fault of the script, and has been told of already.
    if (fault.reason !== "limit") exchange.observer.scriptFault(view, handler, fault);
    if (handler === "refer") this.#call.transferring?.referrals.decideByRule();
    if (!this.#hasToDecide(handler) || state.end !== null || state.plan.epoch !== epoch) return;
    if (state.fellBack) {
      this.#call.ending.endUnanswered();
      return;
    }
    state.fellBack = true;
    const byDefault = fault.reason === "limit" ? LIMIT_FALLBACK : DEFAULT_FALLBACK;
    const fallback = state.fallback.length === 0 ? byDefault : state.fallback;
    // That of a call that the switch has begun is what was dialled, in the name of whoever has begun it.
    this.#plan.perform(this.impossibility(fallback) === undefined ? fallback : byDefault, state.route !== null);
  }

  /** Nothing that a script decides stops a call for help. */
  #withWayOut(handler: HandlerName, plan: readonly Decision[]): readonly Decision[] {
    const { isEmergency, answeredAt, fallback, plan: current } = this.#call.state;
    if (isEmergency !== true || answeredAt !== null || !this.#hasToDecide(handler)) return plan;
    const goesOn = current.awaits === handler && plan.every(({ type }) => isAside(type));
    return goesOn ? plan : withEmergency(plan, fallback);
  }

  /** The handler has returned nothing. */
  #undecided(handler: HandlerName): void {
    if (handler === "failed") this.#call.ending.endUnanswered();
    else if (this.#call.state.plan.awaits === handler) this.#plan.goOn();
  }

  /** At the end of a step, labels alone let the plan go on. */
  #decide(handler: HandlerName, plan: readonly Decision[]): void {
    const isAwaited = this.#call.state.plan.awaits === handler;
    if (!isAwaited || plan.some(({ type }) => !isAside(type))) {
      this.#plan.perform(plan);
      return;
    }
    for (const decision of plan) this.#call.runStep(decision);
    this.#plan.goOn();
  }

  /** Whether a handler must say what is to happen with the call. */
  #hasToDecide(handler: HandlerName): boolean {
    return handler === "invite" || handler === "failed" || this.#call.state.plan.awaits === handler;
  }
}

function isAside(type: Decision["type"]): boolean {
  return BESIDE.has(type);
}
