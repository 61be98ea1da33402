/**
 * Where a target of a decision leads: a user, an extension, a URI, in this order. What leads nowhere is an answer too,
 * with the status code that says why, so that nothing leaves the switch by accident.
 */
import { toWire } from "../base/text.ts";
import type { BindingRow } from "../port/store.ts";
import type { Hop } from "../sip/hop.ts";
import { parseUri, type SipUri, toRequestUri, unescapeUser } from "../sip/message/uri.ts";

/** One INVITE to be sent. */
export interface Branch {
  readonly target: string;
  readonly uri: string;
  readonly hop: Hop;
}

export type ResolvedTarget =
  /** Contacts in groups: those of a group are called at once, the groups one after the other (RFC 3261 §16.6 by q). */
  | { readonly type: "groups"; readonly groups: readonly (readonly Branch[])[] }
  | {
      readonly type: "nowhere";
      readonly code: 403 | 404 | 416 | 480;
      /** What the script is told. @default the reason phrase of the code */
      readonly reason?: string;
    };

/** What a target is looked up in. */
export interface Directory {
  /** The name of the user who is called by this name or extension. */
  findUser(domain: string, nameOrExtension: string): string | undefined;
  /** Live contacts, best first. */
  contactsOf(domain: string, user: string): readonly BindingRow[];
  /** The domain of ours that a host names, or `undefined` for a foreign host. */
  domainOf(host: string, port: number | undefined): string | undefined;
}

export interface TargetContext {
  readonly domain: string;
  /** Whether the call may go to a foreign address. */
  readonly mayLeave: boolean;
}

export function resolveTarget(target: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const user = directory.findUser(context.domain, target);
  if (user !== undefined) return contactsOf(target, user, context.domain, directory);
  const uri = parseUri(toWire(target));
  if (uri === undefined || !target.includes(":")) return { type: "nowhere", code: 404 };
  if (uri.kind === "tel") return resolveNumber(target, uri.number, context, directory);
  if (uri.kind !== "sip" || uri.scheme === "sips") return { type: "nowhere", code: 416 };
  const domain = directory.domainOf(uri.host, uri.port);
  if (domain !== undefined) return resolveOwn(target, uri, domain, directory);
  if (!context.mayLeave) return { type: "nowhere", code: 403 };
  return { type: "groups", groups: [[{ target, uri: toRequestUri(uri.text), hop: { type: "uri", uri: uri.text } }]] };
}

function resolveOwn(target: string, uri: SipUri, domain: string, directory: Directory): ResolvedTarget {
  const user = directory.findUser(domain, unescapeUser(uri.user ?? ""));
  return user === undefined ? { type: "nowhere", code: 404 } : contactsOf(target, user, domain, directory);
}

function resolveNumber(target: string, number: string, context: TargetContext, directory: Directory): ResolvedTarget {
  const user = directory.findUser(context.domain, number);
  return user === undefined ? { type: "nowhere", code: 404 } : contactsOf(target, user, context.domain, directory);
}

function contactsOf(target: string, user: string, domain: string, directory: Directory): ResolvedTarget {
  const contacts = directory.contactsOf(domain, user);
  const groups: Branch[][] = [];
  let q = Number.NaN;
  for (const binding of contacts) {
    const branch: Branch = { target, uri: toRequestUri(binding.contact), hop: hopTo(binding) };
    if (binding.q === q) groups.at(-1)?.push(branch);
    else groups.push([branch]);
    q = binding.q;
  }
  return groups.length === 0 ? { type: "nowhere", code: 480 } : { type: "groups", groups };
}

/** A registered phone is reached over the flow it registered by: that hole is open in whatever stands between. */
function hopTo(binding: BindingRow): Hop {
  const { transport, localAddress, localPort, remoteAddress, remotePort, connection } = binding;
  return { type: "flow", flow: { transport, localAddress, localPort, remoteAddress, remotePort, connection } };
}
