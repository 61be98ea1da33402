/**
 * What the script has said about a call: a plan is done, nothing changes nothing, and where a script fails that had to
 * decide, the route's fallback decides instead.
 */
import type { Decision } from "../../sdk/decisions.ts";
import type { HandlerName, ScriptFault } from "../port/script.ts";
import type { Call } from "./call.ts";
import type { PlanRun } from "./plan-run.ts";
import type { SessionUser } from "./script-session.ts";

const DEFAULT_FALLBACK: readonly Decision[] = [{ type: "reject", code: 500 }];
/** What can be done with a call whose parties are connected. */
const WHILE_CONNECTED: ReadonlySet<Decision["type"]> = new Set([
  "hangup",
  "reject",
  "tag",
  "recordCall",
  "sendDtmf",
  "wait",
]);

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

  /** The first step of a plan that cannot be done any more. */
  impossibleStep(plan: readonly Decision[]): Decision["type"] | undefined {
    const { answeredAt, bridges } = this.#call.state;
    if (answeredAt === null) return undefined;
    const isConnected = bridges.length > 0;
    return plan.find(({ type }) => (isConnected ? !WHILE_CONNECTED.has(type) : type === "redirect"))?.type;
  }

  /** The script has decided: on a plan, or on nothing. `epoch`: the plan that it knew of. */
  decided(handler: HandlerName, plan: readonly Decision[] | undefined, epoch: number): void {
    const { state, exchange, view } = this.#call;
    const isLate = state.end !== null || state.plan.epoch !== epoch;
    if (plan === undefined) {
      if (!isLate) this.#undecided(handler);
      return;
    }
    const impossible = this.impossibleStep(plan);
    if (isLate) {
      exchange.observer.decisionDropped(view, handler);
    } else if (impossible !== undefined) {
      const message = `The call is answered: ${impossible} cannot be done on it any more.`;
      exchange.observer.scriptFault(view, handler, { reason: "invalid-decision", message });
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
    exchange.observer.scriptFault(view, handler, fault);
    if (!this.#hasToDecide(handler) || state.end !== null || state.plan.epoch !== epoch) return;
    if (state.fellBack) {
      this.#call.endUnanswered();
      return;
    }
    state.fellBack = true;
    const fallback = state.fallback.length === 0 ? DEFAULT_FALLBACK : state.fallback;
    this.#plan.perform(this.impossibleStep(fallback) === undefined ? fallback : DEFAULT_FALLBACK);
  }

  /** The handler has returned nothing. */
  #undecided(handler: HandlerName): void {
    if (handler === "failed") this.#call.endUnanswered();
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

/** Done beside whatever the call is doing. */
function isAside(type: Decision["type"]): boolean {
  return type === "tag" || type === "recordCall" || type === "sendDtmf";
}
