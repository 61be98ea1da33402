/**
 * Where answers go (RFC 3261 §18.2.1 and §18.2.2, RFC 3581 §4): what the server writes into the top Via, and the port it
 * answers to. The address is always the one the request came from.
 *
 * Deviation: `maddr` in a Via is ignored. It is hardly used, and following it would send answers to whomever a
 * stranger names.
 */
import type { Via } from "../message/header/via.ts";
import type { SipRequest } from "../message/message.ts";
import type { Flow } from "./flow.ts";
import { canonicalHost } from "./host.ts";
import { DEFAULT_PORTS } from "./transport-name.ts";

/** Writes the source of a request into its top Via. */
export function stampSource(request: SipRequest, flow: Flow): void {
  const via = request.topVia;
  // RFC 3581 §4: with rport asked for, received is written as well, whether it differs or not.
  if (via.rport !== undefined) request.stampVia(sourceOf(flow), flow.remotePort);
  // A `received` that is there already was not written by us, so it is replaced too.
  else if (via.received !== undefined || !isSource(via.host, flow)) request.stampVia(sourceOf(flow), undefined);
}

/** The port at which the sender of a request takes the answer, where it cannot go back over its connection. */
export function responsePort(via: Via, flow: Flow): number {
  // RFC 3581 §4: rport means the source port. It says nothing about streams, whose source port takes no connections.
  if (via.rport !== undefined && flow.transport === "udp") return flow.remotePort;
  return via.port ?? DEFAULT_PORTS[flow.transport];
}

function isSource(host: string, flow: Flow): boolean {
  return host === flow.remoteAddress || canonicalHost(host) === canonicalHost(flow.remoteAddress);
}

/** Without the interface name of a link-local address, which means nothing elsewhere and is no IPv6address (RFC 3261 §25.1). */
function sourceOf(flow: Flow): string {
  const zone = flow.remoteAddress.indexOf("%");
  return zone < 0 ? flow.remoteAddress : flow.remoteAddress.slice(0, zone);
}
