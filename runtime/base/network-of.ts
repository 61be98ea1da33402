/** Who counts as one source: an IPv4 address, or the /64 of an IPv6 one, all of which whoever has one address of it has. */
import { isIPv6 } from "node:net";

const IPV4_MAPPED = "::ffff:";
const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

/** An IPv4 address itself, mapped into IPv6 or not; of an IPv6 address its network, as `2001:db8:0:1::/64`. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const plain = address.startsWith(IPV4_MAPPED) ? address.slice(IPV4_MAPPED.length) : address;
  if (!isIPv6(plain)) return plain;
  const [named = ""] = plain.split("%", 1);
  const [head = "", tail] = named.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail !== undefined) while (groups.length + rest.length < GROUPS) groups.push("0");
  const network = [...groups, ...rest].slice(0, GROUPS_OF_NETWORK);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
