/** Hosts as they are compared: one spelling per IPv6 address and per name (RFC 3261 §19.1.4, RFC 5952). */
import { isIPv6, SocketAddress } from "node:net";

export const DEFAULT_PORT = 5060;

/** Lower case, without brackets and the final dot of a name; IPv6 in its one short spelling. */
export function canonicalHost(host: string): string {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (isIPv6(bare) && !bare.includes("%")) return new SocketAddress({ address: bare, family: "ipv6" }).address;
  const name = bare.toLowerCase();
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** Splits `host[:port]`; brackets around IPv6 are taken off. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return { host: canonicalHost(text), port: undefined };
  const [, host = "", port] = match;
  return { host: canonicalHost(host), port: port === undefined ? undefined : Number(port) };
}
