/** INVITE outside a dialog: who calls, where the route leads, and the call begins. */

import type { Route } from "../../contract/route.ts";
import { withoutTag } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import { parseUri, type Uri } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { type CallState, DEFAULT_MAX_BREADTH, newCallState } from "../call/call-state.ts";
import { scriptInput } from "../call/call-view.ts";
import { emergencyPlan, isEmergencyService } from "../emergency.ts";
import type { Identity } from "../identity.ts";
import { nameOf } from "../name-of.ts";
import { pickScript } from "../policy/call-policy.ts";
import { requestedUri } from "../registrar/requested-uri.ts";
import { DEFAULT_TERMS, sessionTooShort } from "../session/agree.ts";
import type { Switch } from "../switch.ts";
import { arrivalOf, takesLine } from "../trunks/arrival.ts";
import type { IncomingCall } from "../trunks/incoming.ts";
import { cannotProceed } from "./checks.ts";
import { onReplaces } from "./replaces.ts";

const DEFAULT_MAX_FORWARDS = 70;
/** Characters of JSON: three quarters of what a script may be sent, so that the later events of the call fit as well. */
const LARGEST_INVITE_EVENT = 24_576;
/** A message below this cannot grow beyond the limit, even if JSON escapes each of its characters. */
const SURELY_SMALL_BYTES = 3_500;

export function onInvite(sw: Switch, transaction: ServerTransaction): void {
  if (cannotProceed(sw, transaction)) return;
  if (sessionTooShort(sw.parts.stack, sw.parts.sessionTerms ?? DEFAULT_TERMS, transaction)) return;
  const { request } = transaction;
  const { stack } = sw.parts;
  const refuse = (status: number, fields: readonly HeaderField[] = [], reason?: string) =>
    stack.reply(transaction, status, { toTag: stack.mint.tag(), fields, reason });
  if (sw.index.byOrigin(request) !== undefined) {
    // RFC 3261 §8.2.2.2: the same request has come another way.
    refuse(482, [], "Loop Detected (Merged Request)");
    return;
  }
  if (isLoop(sw, request)) {
    refuse(482);
    return;
  }
  const { who, incoming, isTrusted } = arrivalOf(request, transaction.flow, sw.parts);
  if (who.type === "refused") {
    refuse(who.status, who.fields, who.reason);
    return;
  }
  if (request.headers.has("replaces")) {
    onReplaces(sw, transaction, who);
    return;
  }
  const uri = incoming === null ? requestedUri(sw.parts, request) : request.uri;
  if (uri === null) {
    refuse(404);
    return;
  }
  const isService = isEmergencyService(request.requestUri);
  const destination = calledBy(isService ? null : incoming, () =>
    destinationOf(sw, uri === request.uri ? request.requestUri : parseUri(uri)),
  );
  if (destination.domain === undefined && who.type !== "user") {
    // Nobody from outside goes through this switch to somewhere else.
    refuse(403);
    return;
  }
  const route = sw.parts.routes.find({
    method: "INVITE",
    to: destination.user,
    from: incoming?.callerUser ?? nameOf(parseUri(request.from.uri)),
    domain: destination.domain ?? destination.host,
    source: transaction.flow.remoteAddress,
    ...(incoming === null ? {} : { trunk: incoming.trunk.name }),
  });
  const isDialled =
    isService || (destination.domain !== undefined && sw.parts.emergency?.has(destination.user) === true);
  const emergency = isDialled && (who.type === "user" || isTrusted) ? destination.user : null;
  if (isDialled && emergency === null && sw.isFull) {
    // It was let in for an emergency number, and is like any other call.
    refuse(503, [["Retry-After", "5"]]);
    return;
  }
  if (route === undefined && emergency === null) {
    refuse(404);
    return;
  }
  const domain = destination.domain ?? sw.parts.domains.home;
  begin(sw, transaction, route ?? NO_ROUTE, who, { uri, domain, incoming, emergency });
}

/** An emergency call needs none. */
const NO_ROUTE: Route = { name: "emergency", script: "" };

interface Destination {
  readonly user: string;
  readonly host: string;
  /** `undefined`: it is not ours. */
  readonly domain: string | undefined;
}

/** A trunk calls our numbers, whatever host its Request-URI names. */
function calledBy(incoming: IncomingCall | null, otherwise: () => Destination): Destination {
  if (incoming === null) return otherwise();
  return { user: incoming.calledUser, host: "", domain: incoming.domain };
}

/**
 * An INVITE of ours that comes back with the Request-URI it once had goes round in a circle; with another one it is a
 * spiral, which is allowed (RFC 3261 §16.3, RFC 5393).
 */
function isLoop(sw: Switch, request: SipRequest): boolean {
  let { callId } = request;
  for (let hop = 0; hop < DEFAULT_MAX_FORWARDS; hop++) {
    const origin = sw.index.byLegCallId(callId);
    if (origin === undefined) return false;
    if (origin.state.invite.uri === request.uri) return true;
    callId = origin.state.invite.callId;
  }
  return true;
}

function destinationOf(sw: Switch, uri: Uri | undefined): Destination {
  if (uri?.kind === "sip") {
    return { user: nameOf(uri), host: uri.host, domain: sw.parts.domains.of(uri.host, uri.port) };
  }
  const { domains, emergency } = sw.parts;
  if (isEmergencyService(uri)) return { user: emergency?.number ?? "", host: "", domain: domains.home };
  return { user: nameOf(uri), host: "", domain: domains.home };
}

function begin(
  sw: Switch,
  transaction: ServerTransaction,
  route: Route,
  who: Identity,
  {
    uri,
    domain,
    incoming,
    emergency,
  }: {
    readonly uri: string;
    readonly domain: string;
    readonly incoming: IncomingCall | null;
    /** The emergency number that is called. */
    readonly emergency: string | null;
  },
): void {
  const { request, flow } = transaction;
  const { stack, clock } = sw.parts;
  const id = stack.mint.callName();
  const { scripts, trunks } = sw.parts;
  const picked = pickScript(emergency === null ? sw.parts : { scripts }, route.script, id);
  const breadth = Number(request.headers.get("max-breadth") ?? DEFAULT_MAX_BREADTH);
  const state = newCallState({
    id,
    direction: "inbound",
    domain,
    route: route.name,
    fallback:
      emergency === null
        ? (route.fallback ?? [])
        : emergencyPlan(emergency, trunks?.trunks.all ?? [], trunks?.gateways),
    mayLeave: who.type === "user" || route.public === true || emergency !== null,
    script: route.script,
    version: picked.version,
    originator: null,
    invite: {
      uri,
      callId: request.callId,
      fromTag: request.fromTag ?? "",
      cseq: request.cseq.number,
      from: incoming?.from ?? withoutTag(request.from.text),
      to: withoutTag(request.to.text),
      head: request.headers.text,
      body: request.body,
      flow,
      maxForwards: request.maxForwards ?? DEFAULT_MAX_FORWARDS,
      maxBreadth: Number.isInteger(breadth) && breadth >= 0 ? breadth : DEFAULT_MAX_BREADTH,
    },
    localTag: stack.mint.tag(),
    user: who.type === "user" ? who.user : null,
    startedAt: clock.now(),
    scriptState: "{}",
    tags: {},
    trunk: incoming?.trunk,
    ...(emergency === null ? {} : { isEmergency: true }),
  });
  if (emergency === null && exceedsEvent(state, request)) stack.reply(transaction, 513, { toTag: state.localTag });
  else if (takesLine(sw.parts, state)) sw.begin(state, transaction, picked);
  // 480, and not 503, at which the carrier would bring the call again at once by another way.
  else stack.reply(transaction, 480, { toTag: state.localTag });
}

/** Whether the request is too large to become an event: it is refused, so that no script is bypassed by its size. */
function exceedsEvent(state: CallState, request: SipRequest): boolean {
  if (request.text.length < SURELY_SMALL_BYTES) return false;
  return scriptInput(state, { type: "invite" }, state.startedAt).length > LARGEST_INVITE_EVENT;
}
