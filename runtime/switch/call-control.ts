/** Live calls for the API and for scripts: list them, begin one, hang them up, decide on them. */
import type { Decision } from "../../sdk/decisions.ts";
import { RequestError } from "../base/errors.ts";
import { parsePlan } from "../contract/decision.ts";
import type { CallQuality } from "../port/call-quality.ts";
import type { CallFilter, OriginateRequest, OriginatingScript, ScriptCalls } from "../port/calls.ts";
import type { CallControl, CallSummary } from "../port/switch.ts";
import { callQuality } from "./audio/call-quality.ts";
import type { Call } from "./call/call.ts";
import { originate } from "./originate/originate.ts";
import type { ScriptBounds } from "./originate/script-bounds.ts";
import type { Switch } from "./switch.ts";

export class LiveCalls implements CallControl, ScriptCalls {
  readonly #switch: Switch;
  readonly #bounds: ScriptBounds;

  /** `bounds`: how many calls each script may begin. */
  constructor(sw: Switch, bounds: ScriptBounds) {
    this.#switch = sw;
    this.#bounds = bounds;
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

  async quality(ids: readonly string[]): Promise<readonly CallQuality[]> {
    const calls = ids.map((id) => this.#switch.index.byName(id)).filter((call) => call !== undefined);
    const known = await Promise.all(calls.map((call) => callQuality(call)));
    return known.filter((quality) => quality !== null);
  }

  find(filter: CallFilter, limit: number): readonly CallSummary[] {
    const found: CallSummary[] = [];
    for (const call of this.#switch.index.calls) {
      if (found.length >= limit) break;
      if (fits(call, filter)) found.push(call.view.summary());
    }
    return found;
  }

  count(filter: CallFilter): number {
    let count = 0;
    for (const call of this.#switch.index.calls) if (fits(call, filter)) count++;
    return count;
  }

  hangUp(id: string, reason?: string, by: "api" | "switch" = "api"): boolean {
    const call = this.#switch.index.byName(id);
    call?.guard(() => call.hangUp(by, reason ?? null));
    return call !== undefined;
  }

  /** `by`: absent for somebody over the API, who may call whom he likes. */
  originate(request: OriginateRequest, by?: OriginatingScript): CallSummary {
    const { domains } = this.#switch.parts;
    if (by === undefined) {
      return originate(this.#switch, request, { domain: domains.home, mayLeave: true, script: null }).view.summary();
    }
    this.#bounds.check(by.script, this.#switch.index.calls);
    const call = originate(this.#switch, request, by);
    this.#bounds.note(by.script);
    return call.view.summary();
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

function fits({ state }: Call, { domain, user, tags = {} }: CallFilter): boolean {
  if (state.domain !== domain || (user !== undefined && state.user !== user)) return false;
  return Object.entries(tags).every(([name, value]) => state.tags[name] === value);
}

function refuseImpossible(call: Call, plan: readonly Decision[]): void {
  const impossible = call.decisions.impossibility(plan);
  if (impossible !== undefined) throw new RequestError("conflict", impossible);
}
