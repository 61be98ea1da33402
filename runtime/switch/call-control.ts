/** Live calls for the API: list them, hang them up, decide on them. */
import type { Decision } from "../../sdk/decisions.ts";
import { RequestError } from "../base/errors.ts";
import { parsePlan } from "../contract/decision.ts";
import type { CallControl, CallSummary } from "../port/switch.ts";
import type { Call } from "./call.ts";
import type { Switch } from "./switch.ts";

export class LiveCalls implements CallControl {
  readonly #switch: Switch;

  constructor(sw: Switch) {
    this.#switch = sw;
  }

  get active(): number {
    return this.#switch.index.size;
  }

  get limit(): number {
    return this.#switch.parts.admission.limits.max;
  }

  list(): readonly CallSummary[] {
    return [...this.#switch.index.calls].map((call) => call.view.summary());
  }

  get(id: string): CallSummary | undefined {
    const call = this.#switch.index.byName(id);
    return call?.view.summary();
  }

  hangUp(id: string, reason?: string): boolean {
    const call = this.#switch.index.byName(id);
    call?.guard(() => call.hangUp("api", reason ?? null));
    return call !== undefined;
  }

  decide(id: string, decision: unknown): void {
    const call = this.#switch.index.byName(id);
    if (call === undefined) throw new RequestError("not-found", `There is no call ${id}; it may have ended.`);
    const plan = parsePlan(decision);
    if (!plan.ok) {
      const { path, message } = plan.problem;
      throw new RequestError("invalid-request", path === "" ? message : `${path}: ${message}`);
    }
    refuseImpossible(call, plan.value);
    call.guard(() => call.perform(plan.value));
  }
}

function refuseImpossible(call: Call, plan: readonly Decision[]): void {
  const impossible = call.decisions.impossibleStep(plan);
  if (impossible === undefined) return;
  throw new RequestError("conflict", `The call is answered: ${impossible} cannot be done on it any more.`);
}
