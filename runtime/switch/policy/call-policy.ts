/**
 * What the policy of its script means for one call. It binds what the script decides, and whoever decides in its place over
 * the API; the fallback of the route is the operator's own, and free of it.
 */
import type { LimitEvent } from "../../../sdk/events.ts";
import type { ScriptFault, ScriptRef, Scripts } from "../../port/script.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Call } from "../call/call.ts";
import type { CallState } from "../call/call-state.ts";
import { CallView, scriptInput } from "../call/call-view.ts";
import type { ResolvedTarget } from "../target.ts";
import type { Destinations } from "./destinations.ts";
import type { Policing } from "./policing.ts";
import type { LimitHit, ScriptGate } from "./script-gate.ts";
import { refusalOfWays, withoutForbiddenWays } from "./trunk-policy.ts";

/** Of one call: a handler that runs into the same limit again and again comes to an end. */
export const MOST_LIMIT_EVENTS = 16;

/** The version that a call runs on, or why it runs on none. */
export interface PickedScript {
  /** 0: on none. */
  readonly version: number;
  readonly fault: ScriptFault | undefined;
  readonly gate: ScriptGate | null;
  /** The policy lets no further call begin. */
  readonly refused: { readonly gate: ScriptGate; readonly ref: ScriptRef; readonly hit: LimitHit } | null;
}

export function pickScript(
  { scripts, policing }: { readonly scripts: Scripts; readonly policing?: Policing },
  script: string,
  callId: string,
): PickedScript {
  const ref = scripts.pick(script, callId);
  if ("reason" in ref) return { version: 0, fault: ref, gate: null, refused: null };
  const gate = policing?.gateOf(script) ?? null;
  const hit = gate?.refusal() ?? null;
  if (gate === null || hit === null) return { version: ref.version, fault: undefined, gate, refused: null };
  const fault: ScriptFault = { reason: "limit", message: `policy: ${hit.detail}` };
  return { version: 0, fault, gate: null, refused: { gate, ref, hit } };
}

/** A call was refused: its script hears of it, and has no say in it. */
export function tellRefused(call: Call, { gate, ref, hit }: NonNullable<PickedScript["refused"]>): void {
  const { scripts, clock, observer } = call.exchange;
  gate.note(hit);
  observer.limitReached(call.view, hit.limit, hit.detail);
  if (!scripts.handles(ref, "limit") || !gate.mayTell(hit.limit)) return;
  const state: CallState = { ...call.state, version: ref.version };
  const run = {
    ref,
    handler: "limit",
    callId: state.id,
    domain: state.domain,
    mayLeave: state.mayLeave,
    json: scriptInput(state, eventOf(hit), clock.now()),
    state: state.scriptState,
  } as const;
  scripts.run(run, {
    scriptOutcome(_ticket, outcome) {
      if (outcome.type === "fault") observer.scriptFault(new CallView(state, clock), "limit", outcome.fault);
    },
  });
}

/** What a target leads to, unless the policy forbids it. */
export function allowed(call: Call, resolved: ResolvedTarget): ResolvedTarget {
  const rules = call.gate?.destinations ?? null;
  if (rules === null || call.state.plan.isFallback || call.state.isEmergency === true) return resolved;
  const detail = refusalOf(rules, resolved);
  if (detail === null) return withoutForbiddenWays(rules, resolved);
  limitReached(call, { limit: "destination", detail });
  const nowhere = { type: "nowhere", code: 403, reason: `policy: ${detail}` } as const;
  return leadsToUser(resolved) ? nowhere : { ...nowhere, isElsewhere: true };
}

function leadsToUser(resolved: ResolvedTarget): boolean {
  return resolved.type === "groups" && resolved.groups.flat().some(({ owner }) => owner !== undefined);
}

/** Why the policy forbids a target; `null`: it does not. */
export function refusalOf(rules: Destinations, resolved: ResolvedTarget): string | null {
  if (resolved.type === "nowhere") return null;
  for (const { hop, binding, ways } of resolved.groups.flat()) {
    const byTrunk = ways === undefined ? null : refusalOfWays(rules, ways);
    if (byTrunk !== null) return byTrunk;
    if (ways !== undefined) continue;
    // A registered contact is a user of ours, also behind a proxy.
    const uri = hop.type === "uri" && binding === undefined ? parseUri(hop.uri) : undefined;
    const detail = uri?.kind === "sip" ? rules.refusalOf(uri) : rules.refusalOfUsers();
    if (detail !== null) return detail;
  }
  return null;
}

/** How long the answered call may last from now on, by the policy alone. */
export function secondsLeft({ gate, state, exchange }: Call): number {
  const most = gate?.policy?.maxSeconds;
  if (most === undefined || state.plan.isFallback || state.isEmergency === true) return Number.POSITIVE_INFINITY;
  const talked = state.answeredAt === null ? 0 : (exchange.clock.now() - state.answeredAt) / 1000;
  return Math.max(0, most - talked);
}

/** A call that is up has come to a limit: the operator and the script hear of it. */
export function limitReached(call: Call, hit: LimitHit): void {
  call.gate?.note(hit);
  call.exchange.observer.limitReached(call.view, hit.limit, hit.detail);
  if (call.state.limitEvents >= MOST_LIMIT_EVENTS) return;
  call.state.limitEvents++;
  call.emit(eventOf(hit));
}

function eventOf({ limit, detail }: LimitHit): LimitEvent {
  return { type: "limit", limit, detail };
}
