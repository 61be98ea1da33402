/** Hosts as they are compared: one spelling per IPv6 address and per name (RFC 3261 §19.1.4, RFC 5952). */
import { isIPv4, isIPv6, SocketAddress } from "node:net";

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

/** The octets of a numeric address: 4, or 16. The interface name of a link-local address has none. */
export function octetsOf(address: string): readonly number[] {
  if (isIPv4(address)) return address.split(".").map(Number);
  const [before = "", after] = canonicalHost(address.split("%", 1)[0] ?? "").split("::");
  const head = groupsOf(before);
  const tail = groupsOf(after ?? "");
  const zeros = new Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
