/**
 * Where a target of a decision leads: a user, an extension, a URI, in this order. What leads nowhere is an answer too,
 * with the status code that says why, so that nothing leaves the switch by accident.
 */
import { toWire } from "../base/text.ts";
import { parseTrunkTarget } from "../contract/trunk-target.ts";
import type { BindingRow } from "../port/store.ts";
import type { Hop } from "../sip/hop.ts";
import { parseUri, type SipUri, toRequestUri, unescapeUser } from "../sip/message/uri.ts";
import type { Diverted } from "./call/diversion.ts";
import { contactGroups } from "./contact-branches.ts";
import { isSips, secureOnly } from "./secure-branches.ts";
import { dialledNumber } from "./trunks/number-form.ts";
import type { TrunkRoute } from "./trunks/way-out.ts";

/** A user of ours. */
export interface Owner {
  readonly domain: string;
  readonly user: string;
}

/** One INVITE to be sent. */
export interface Branch {
  readonly target: string;
  readonly uri: string;
  readonly hop: Hop;
  /** The user of ours who is called there; absent: somebody outside. */
  readonly owner?: Owner | undefined;
  /** The values of Route: the proxies on the way. */
  readonly route?: readonly string[];
  /** The registered contact that it leads to. */
  readonly binding?: BindingRow;
  /** The other flows of the same device, best first (RFC 5626 §5.3). */
  readonly spares?: readonly Branch[];
  /** By which trunks it may leave, this branch being the first; absent: it is no number that leaves. */
  readonly ways?: readonly TrunkRoute[];
  /** Who holds the line of the trunk already. */
  readonly line?: string;
  /** Who was called before; `null`: that is not told. @default the user whom the call was for, if this is another */
  readonly diverted?: Diverted | null | undefined;
  /** Who calls is not to be seen. */
  readonly isPrivate?: boolean;
}

export type ResolvedTarget =
  /** Contacts in groups: those of a group are called at once, the groups one after the other (RFC 3261 §16.6 by q). */
  { readonly type: "groups"; readonly groups: readonly (readonly Branch[])[] } | Nowhere;

export interface Nowhere {
  readonly type: "nowhere";
  readonly code: 403 | 404 | 416 | 480 | 503;
  /** What the script is told. @default the reason phrase of the code */
  readonly reason?: string;
  /** It is no address of ours: that it leads nowhere says nothing of who is here. */
  readonly isElsewhere?: true;
}

/** What a target is looked up in. */
export interface Directory {
  /** The name of the user who is called by this name or extension. */
  findUser(domain: string, nameOrExtension: string): string | undefined;
  /** Live contacts, best first. */
  contactsOf(domain: string, user: string): readonly BindingRow[];
  /** The domain of ours that a host names, or `undefined` for a foreign host. */
  domainOf(host: string, port: number | undefined): string | undefined;
  /** By which trunks a number may leave, best first; absent: there is no trunk at all (`trunks/way-out.ts`). */
  readonly trunks?: TrunkDirectory | undefined;
  /** Whom a GRUU names, and the contacts of that one device: `null`: nobody, `undefined`: the URI is no GRUU (RFC 5627). */
  deviceOf?(uri: SipUri, domain: string): Device | null | undefined;
  /** The way to a contact is broken (RFC 5626 §5.3). */
  flowFailed?(binding: BindingRow): void;
}

export interface TrunkDirectory {
  /** By the trunks that are for this number: `undefined`: none is; empty: they are down. */
  waysOut(number: string): readonly TrunkRoute[] | undefined;
  /** By the one of this name: `undefined`: there is none. */
  waysBy(trunk: string, number: string, isEmergency: boolean): readonly TrunkRoute[] | undefined;
}

export interface Device {
  readonly user: string;
  /** Live ones, best first. */
  readonly contacts: readonly BindingRow[];
}

export interface TargetContext {
  readonly domain: string;
  /** Whether the call may go to a foreign address. */
  readonly mayLeave: boolean;
  /** The Request-URI: a GRUU says by which of his devices a user is to be reached. */
  readonly requestUri?: string;
  /** The trunks that numbers are to leave by, best first. */
  readonly via?: readonly string[] | undefined;
  /** Gateways are tried that are down, too. */
  readonly isEmergency?: boolean | undefined;
}

const NO_GATEWAY: Nowhere = {
  type: "nowhere",
  code: 503,
  reason: "the trunk has no gateway that can be used",
  isElsewhere: true,
};

export function resolveTarget(target: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const resolved = resolve(target, context, directory);
  return isSips(context.requestUri) || isSips(target) ? secureOnly(resolved) : resolved;
}

function resolve(target: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const user = directory.findUser(context.domain, target);
  if (user !== undefined && !isForVia(target, user, context)) return contactsOf(target, user, context, directory);
  const named = parseTrunkTarget(target);
  if (named !== undefined) return leaveBy(target, { ...named, trunks: [named.trunk] }, context, directory);
  const uri = parseUri(toWire(target));
  if (uri === undefined || !target.includes(":")) return leave(target, target, context, directory);
  if (uri.kind === "tel") return resolveNumber(target, uri.number, context, directory);
  if (uri.kind !== "sip") return { type: "nowhere", code: 416 };
  const domain = directory.domainOf(uri.host, uri.port);
  if (domain !== undefined) return resolveOwn(target, uri, { ...context, domain }, directory);
  if (!context.mayLeave) return { type: "nowhere", code: 403, isElsewhere: true };
  return { type: "groups", groups: [[{ target, uri: toRequestUri(uri.text), hop: { type: "uri", uri: uri.text } }]] };
}

function resolveOwn(target: string, uri: SipUri, context: TargetContext, directory: Directory): ResolvedTarget {
  const device = directory.deviceOf?.(uri, context.domain);
  if (device === null) return { type: "nowhere", code: 404 };
  if (device !== undefined) return leadTo(target, device.contacts);
  const user = directory.findUser(context.domain, unescapeUser(uri.user ?? ""));
  return user === undefined
    ? leave(target, unescapeUser(uri.user ?? ""), context, directory)
    : contactsOf(target, user, context, directory);
}

function resolveNumber(target: string, number: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const user = directory.findUser(context.domain, number);
  return user === undefined ? leave(target, number, context, directory) : contactsOf(target, user, context, directory);
}

/** Digits that are an extension of ours are a number all the same where the decision names a trunk for them. */
function isForVia(target: string, user: string, { via }: TargetContext): boolean {
  return via !== undefined && target !== user && dialledNumber(target) !== undefined;
}

/** What is no user of ours: a number that a trunk is for, or nothing. */
function leave(target: string, text: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const number = dialledNumber(text);
  if (number === undefined || directory.trunks === undefined) return { type: "nowhere", code: 404 };
  if (context.via !== undefined) return leaveBy(target, { trunks: context.via, number }, context, directory);
  return toWays(target, directory.trunks.waysOut(number), context);
}

function leaveBy(
  target: string,
  { trunks, number }: { readonly trunks: readonly string[]; readonly number: string },
  context: TargetContext,
  directory: Directory,
): ResolvedTarget {
  const found = trunks.map((trunk) => directory.trunks?.waysBy(trunk, number, context.isEmergency === true));
  const known = found.filter((ways) => ways !== undefined);
  if (known.length > 0) return toWays(target, known.flat(), context);
  return { type: "nowhere", code: 404, reason: `there is no trunk ${trunks.join(", ")}` };
}

function toWays(target: string, ways: readonly TrunkRoute[] | undefined, { mayLeave }: TargetContext): ResolvedTarget {
  if (ways === undefined) return { type: "nowhere", code: 404 };
  if (!mayLeave) return { type: "nowhere", code: 403 };
  const [first] = ways;
  if (first === undefined) return NO_GATEWAY;
  const { uri, hop, route } = first;
  return { type: "groups", groups: [[{ target, uri, hop, ways, ...(route.length === 0 ? {} : { route }) }]] };
}

function contactsOf(
  target: string,
  user: string,
  { domain, requestUri }: TargetContext,
  directory: Directory,
): ResolvedTarget {
  const asked = requestUri?.includes(";gr") === true ? parseUri(requestUri) : undefined;
  // RFC 5627 §6.1: whoever calls a GRUU gets that device, whatever the script calls its user.
  const device =
    asked?.kind === "sip" && directory.domainOf(asked.host, asked.port) === domain
      ? directory.deviceOf?.(asked, domain)
      : undefined;
  return leadTo(target, device?.user === user ? device.contacts : directory.contactsOf(domain, user));
}

function leadTo(target: string, contacts: readonly BindingRow[]): ResolvedTarget {
  const groups = contactGroups(target, contacts);
  return groups.length === 0 ? { type: "nowhere", code: 480 } : { type: "groups", groups };
}
