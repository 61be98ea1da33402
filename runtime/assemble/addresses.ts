/** By which addresses phones know users of ours: those of their domain or, where none is configured, of a listener. */
import { toWire } from "../base/text.ts";
import type { Config } from "../config/config.ts";
import { escapeUser, formatHost } from "../sip/message/uri.ts";
import type { SipStack } from "../sip/stack.ts";

export interface Addresses {
  /** Ready for a URI. */
  hostOf(domain: string): string;
  /** As on the wire. */
  uriOf(domain: string, user: string): string;
}

export function addressesOf(config: Config, stack: SipStack): Addresses {
  const hostOf = (domain: string): string =>
    config.domains.length > 0 ? domain : formatHost(stack.transport.listeners[0]?.address ?? domain);
  return { hostOf, uriOf: (domain, user) => `sip:${escapeUser(toWire(user))}@${hostOf(domain)}` };
}
