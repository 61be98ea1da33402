/** Begins a call that the switch makes by itself: checks what is asked for, and says what stands for the caller's INVITE. */
import type { Decision, Forward } from "../../../sdk/decisions.ts";
import { RequestError } from "../../base/errors.ts";
import { toWire } from "../../base/text.ts";
import { parseDestination } from "../../contract/originate.ts";
import type { OriginateRequest } from "../../port/calls.ts";
import type { ScriptRef } from "../../port/script.ts";
import { escapeUser, formatHost, parseUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Call } from "../call/call.ts";
import { DEFAULT_MAX_BREADTH, newCallState } from "../call/call-state.ts";
import { refusalOf } from "../policy/call-policy.ts";
import type { ScriptGate } from "../policy/script-gate.ts";
import type { Switch } from "../switch.ts";
import { resolveTarget } from "../target.ts";

const MAX_FORWARDS = 70;
/** Until somebody has answered. */
const NOWHERE: Flow = {
  transport: "udp",
  localAddress: "",
  localPort: 0,
  remoteAddress: "",
  remotePort: 0,
  connection: 0,
};

/** In whose name a call is begun. */
export interface Originator {
  readonly domain: string;
  readonly mayLeave: boolean;
  /** `null`: somebody over the API. */
  readonly script: string | null;
}

/** Throws `RequestError` as `ScriptCalls.originate` says. */
export function originate(sw: Switch, request: OriginateRequest, by: Originator): Call {
  const { stack, clock, directory, audio } = sw.parts;
  if (audio === undefined) throw new RequestError("conflict", "This switch has no media plane to call with.");
  const destination = destinationOf(request.to);
  const id = stack.mint.callName();
  const ref = request.script === undefined ? null : pick(sw, request.script, id);
  const gate = ref === null ? null : (sw.parts.policing?.gateOf(ref.script) ?? null);
  checkCaller(sw, request.from, by, gate);
  const isAsked = ref !== null && sw.parts.scripts.handles(ref, "invite");
  if (destination === undefined && !isAsked) throw undecided(request.script);
  const dialled = typeof destination === "string" ? [forwardTo(destination)] : null;
  const then = Array.isArray(destination) ? destination : isAsked ? null : dialled;
  admit(sw);
  admitByPolicy(gate);
  const user = directory.findUser(by.domain, request.from);
  const state = newCallState({
    id,
    direction: "outbound",
    domain: by.domain,
    route: null,
    fallback: then === null && dialled !== null ? dialled : [],
    mayLeave: by.mayLeave,
    script: ref?.script ?? "",
    version: ref?.version ?? 0,
    originator: by.script,
    invite: {
      uri: uriOf(calledOf(destination, request.script), by.domain),
      callId: stack.mint.callId(),
      fromTag: "",
      cseq: 0,
      from: `<${uriOf(user ?? request.from, by.domain)}>`,
      to: `<${uriOf(calledOf(destination, request.script), by.domain)}>`,
      head: "",
      body: "",
      flow: NOWHERE,
      maxForwards: MAX_FORWARDS,
      maxBreadth: DEFAULT_MAX_BREADTH,
    },
    localTag: stack.mint.tag(),
    user: user ?? null,
    startedAt: clock.now(),
    scriptState: JSON.stringify(request.state ?? {}),
    tags: request.tags ?? {},
  });
  return sw.originate(state, firstOf(request), then);
}

function destinationOf(to: unknown): string | readonly Decision[] | undefined {
  if (to === undefined) return undefined;
  const parsed = parseDestination(to);
  if (parsed.ok) return parsed.value;
  const { path, message } = parsed.problem;
  throw new RequestError("invalid-request", `to${path === "" || path.startsWith("[") ? path : `.${path}`}: ${message}`);
}

/** Whoever cannot be called is told of at once: a call to nobody would be of no use. */
function checkCaller(sw: Switch, from: string, { domain, mayLeave }: Originator, gate: ScriptGate | null): void {
  const resolved = resolveTarget(from, { domain, mayLeave }, sw.parts.directory);
  const rules = gate?.destinations ?? null;
  const detail = rules === null ? null : refusalOf(rules, resolved);
  if (detail !== null) {
    gate?.note({ limit: "destination", detail });
    throw new RequestError("forbidden", `from: "${from}" is outside of the policy of the script: ${detail}.`);
  }
  if (resolved.type === "groups") return;
  switch (resolved.code) {
    case 404:
      throw new RequestError("not-found", `from: "${from}" is no user, extension or SIP URI of this switch.`);
    case 480:
      throw new RequestError("conflict", `from: "${from}" has no phone registered.`);
    case 403:
      throw new RequestError("forbidden", `from: "${from}" is a foreign address, where this call may not go.`);
    case 503:
      throw new RequestError("conflict", `from: "${from}" leaves by a trunk that is down.`);
    case 416:
      throw new RequestError("invalid-request", `from: "${from}" is a kind of URI that this switch cannot call.`);
  }
}

function pick(sw: Switch, script: string, id: string): ScriptRef {
  const picked = sw.parts.scripts.pick(script, id);
  if (!("reason" in picked)) return picked;
  if (picked.reason === "missing") throw new RequestError("not-found", `script: there is no script "${script}".`);
  throw new RequestError("conflict", `script: ${picked.message}`);
}

function admit(sw: Switch): void {
  if (sw.parts.drain?.isDraining === true) {
    throw new RequestError("draining", "The switch is being drained: begin the call on another one, or end the drain.");
  }
  const verdict = sw.parts.admission.admit(sw.index.size);
  if (verdict === "admitted") return;
  sw.parts.observer.overload(verdict);
  const limit = verdict === "calls" ? "limits.calls.max" : "limits.calls.perSecond";
  throw new RequestError("too-many-requests", `The switch has as many calls as ${limit} allows: try again later.`);
}

function admitByPolicy(gate: ScriptGate | null): void {
  const hit = gate?.refusal() ?? null;
  if (gate === null || hit === null) return;
  gate.note(hit);
  throw new RequestError("too-many-calls", `The policy of "${gate.script}" allows no further call: ${hit.detail}.`);
}

function undecided(script: string | undefined): RequestError {
  const message =
    script === undefined
      ? 'Say what is to be done once "from" has answered: "to", or "script".'
      : `"${script}" has no handler for invite, so "to" has to say what is to be done once "from" has answered.`;
  return new RequestError("invalid-request", message);
}

function firstOf({ from, callerId, callerName, ringSeconds }: OriginateRequest): Forward {
  return {
    ...forwardTo(from),
    ...(callerId === undefined ? {} : { callerId }),
    ...(callerName === undefined ? {} : { callerName }),
    ...(ringSeconds === undefined ? {} : { ringSeconds }),
  };
}

function forwardTo(target: string): Forward {
  return { type: "forward", targets: [target] };
}

/** Whom the caller is going to talk to, as far as that is known. */
function calledOf(destination: string | readonly Decision[] | undefined, script = ""): string {
  if (typeof destination === "string") return destination;
  for (const decision of destination ?? []) {
    if (decision.type === "forward") return decision.targets[0] ?? script;
    if (decision.type === "voicemail") return decision.mailbox;
  }
  return script;
}

/** A target as a URI. */
function uriOf(target: string, domain: string): string {
  const wire = toWire(target);
  if (target.includes(":") && parseUri(wire) !== undefined) return wire;
  const host = formatHost(domain);
  return wire === "" ? `sip:${host}` : `sip:${escapeUser(wire)}@${host}`;
}
