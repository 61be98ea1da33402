/** How a registered contact is reached: Request-URI, next hop, and the proxies on the way (RFC 3261 §16.6, RFC 3327 §5.3). */
import type { BindingRow } from "../port/store.ts";
import type { Hop } from "../sip/hop.ts";
import { parseNameAddr } from "../sip/message/header/name-addr.ts";
import { parseUri, toRequestUri } from "../sip/message/uri.ts";
import type { Flow } from "../sip/transport/flow.ts";

export interface Reach {
  readonly uri: string;
  readonly hop: Hop;
  /** The values of Route, in order. */
  readonly route: readonly string[];
}

/** `undefined`: the connection it registered over is gone, and nothing else leads to it. */
export function reachOf(binding: BindingRow): Reach | undefined {
  const { path, contact, transport, connection, remoteAddress } = binding;
  const uri = toRequestUri(contact);
  const [first] = path;
  if (first !== undefined) {
    const proxy = parseNameAddr(first)?.uri;
    return proxy === undefined ? undefined : { uri, hop: { type: "uri", uri: proxy }, route: path };
  }
  // A registered phone is reached over the flow it registered by: that hole is open in whatever stands between.
  if (transport === "udp" || connection !== 0)
    return { uri, hop: { type: "flow", flow: flowOf(binding) }, route: path };
  return isReachableAnew(contact, transport, remoteAddress)
    ? { uri, hop: { type: "uri", uri }, route: path }
    : undefined;
}

/** The way that the REGISTER came. */
export function flowOf(binding: BindingRow): Flow {
  const { transport, localAddress, localPort, remoteAddress, remotePort, connection } = binding;
  return { transport, localAddress, localPort, remoteAddress, remotePort, connection };
}

/** Whether a phone whose connection is gone may take another: a browser cannot, nor can what stands behind a NAT. */
export function isReachableAnew(contact: string, transport: BindingRow["transport"], source: string): boolean {
  const uri = parseUri(contact);
  return (transport === "tcp" || transport === "tls") && uri?.kind === "sip" && uri.host === source;
}
