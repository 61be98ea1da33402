/**
 * Requests outside of calls that go through the switch to somebody else (RFC 3261 §16): who may send them where. Our users
 * go anywhere once they have proved who they are; others reach our users and nobody else, by whatever Route they ask for it.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { toText } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import { parseAuth } from "../../sip/message/header/auth.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { ProxyRefusal } from "../../sip/proxy/checks.ts";
import { foreignFields } from "../../sip/proxy/forwarded-message.ts";
import type { ForwardOptions, ForwardTarget } from "../../sip/proxy/order.ts";
import type { Passage } from "../../sip/proxy/proxy.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Identity } from "../identity.ts";
import { nameOf } from "../name-of.ts";
import { targetForStranger } from "../stranger.ts";
import type { Switch } from "../switch.ts";
import { resolveTarget } from "../target.ts";

/** Whoever sends a request, once it is clear that they may. */
export type Sender = Exclude<Identity, { type: "refused" }>;

/** A request that may be sent on. */
export interface Admitted {
  readonly passage: Passage;
  readonly sender: Sender;
}

/** Where a copy goes. */
export interface Way extends ForwardTarget {
  /** The registered contact to which it leads: the registrar hears when it is broken. */
  readonly binding?: BindingRow | undefined;
  readonly spares?: readonly Way[] | undefined;
}

/** See `TargetGroups`. */
export type Ways = readonly (readonly Way[])[];

/** These make a dialog whose later requests need the same way back (RFC 3265 §3.1.3, RFC 6665 §4.3). */
const MAKES_DIALOG: ReadonlySet<string> = new Set(["SUBSCRIBE", "REFER"]);

/** RFC 6665 §4.1.3. A phone does what its switch notifies it of, be it to start anew: strangers may not notify it of anything. */
const UNASKED: ProxyRefusal = { status: 481 };

/** Sends a request on to whom its Request-URI or its Route names, or refuses it. */
export function relayOutside(sw: Switch, transaction: ServerTransaction): void {
  const { proxy } = sw.parts;
  const admitted = admitOutside(sw, transaction);
  if (!admitted.ok) {
    proxy.refuse(transaction, admitted.problem);
    return;
  }
  if (transaction.request.method === "NOTIFY" && admitted.value.sender.type === "anonymous") {
    proxy.refuse(transaction, UNASKED);
    return;
  }
  const groups = targetsOf(sw, admitted.value);
  if (groups.ok) forwardOutside(sw, transaction, admitted.value, groups.value);
  else proxy.refuse(transaction, groups.problem);
}

/** RFC 3261 §16.3 and §16.4: whether a request may go through the switch at all, and who sends it. */
export function admitOutside(sw: Switch, transaction: ServerTransaction): Result<Admitted, ProxyRefusal> {
  const { request } = transaction;
  const { proxy, identity, directory } = sw.parts;
  const passage = proxy.passageOf(request);
  if (!passage.ok) return passage;
  const sender = identity.ofCaller(transaction);
  if (sender.type === "refused") return fail(sender);
  const from = parseUri(request.from.uri);
  const domain = from?.kind === "sip" ? directory.domainOf(from.host, from.port) : undefined;
  if (sender.type === "user" && domain !== undefined && directory.findUser(domain, nameOf(from)) !== sender.user)
    return fail({ status: 403, reason: "From Names Somebody Else" });
  return ok({ passage: passage.value, sender });
}

/** Where an admitted request goes: by what is left of its Route, else to the Request-URI. */
export function targetsOf(sw: Switch, { passage, sender }: Admitted): Result<Ways, ProxyRefusal> {
  const { directory, domains } = sw.parts;
  const mayLeave = sender.type === "user";
  const [next] = passage.routes;
  if (next !== undefined) {
    // Whoever names a Route asks to be sent where that leads, whatever the Request-URI says.
    if (!mayLeave) return fail({ status: 403 });
    return ok([[{ uri: passage.uri, hop: { type: "uri", uri: passage.uri } }]]);
  }
  const context = { domain: domains.home, mayLeave, requestUri: passage.uri };
  const resolved = resolveTarget(toText(passage.uri), context, directory);
  const target = mayLeave ? resolved : targetForStranger(resolved);
  if (target.type === "nowhere") return fail({ status: target.code });
  // Trunks are for calls: each of these holds a line of one.
  return target.groups.flat().some(({ ways }) => ways !== undefined) ? fail({ status: 404 }) : ok(target.groups);
}

/** Forwards an admitted request. `options` as for the proxy; credentials for us and Record-Route are seen to. */
export function forwardOutside(
  sw: Switch,
  transaction: ServerTransaction,
  { passage, sender }: Admitted,
  groups: Ways,
  options: ForwardOptions = {},
): void {
  const { request } = transaction;
  const isUser = sender.type === "user";
  const recordsRoute = MAKES_DIALOG.has(request.method) && request.toTag === undefined ? { isUser } : undefined;
  const fields = options.fields ?? (isUser ? withoutCredentials(sw, request) : undefined);
  const watched = groups.map((group) => group.map((target) => watch(sw, target)));
  sw.parts.proxy.forward(transaction, passage, watched, { recordsRoute, ...options, fields });
}

/** The registrar is told of ways to phones that are broken (RFC 5626 §5.3). */
function watch(sw: Switch, target: Way): ForwardTarget {
  const { binding, spares } = target;
  if (binding === undefined || (binding.regId === null && target.route === undefined)) return target;
  return {
    ...target,
    spares: spares?.map((spare) => watch(sw, spare)),
    onBroken: (isSaid) => {
      // Without outbound a phone may just be slow.
      if (isSaid || binding.regId !== null) sw.parts.directory.flowFailed?.(binding);
    },
  };
}

/** Credentials for us are for us alone; those for others on the way go on (RFC 3261 §22.3). */
export function withoutCredentials(sw: Switch, request: SipRequest): HeaderField[] {
  const { realm } = sw.parts.identity;
  return foreignFields(request.headers).filter(
    ([name, value]) =>
      name.toLowerCase() !== "proxy-authorization" || toText(parseAuth(value)?.params.get("realm") ?? "") !== realm,
  );
}
