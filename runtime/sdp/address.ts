/** What kind of address a description names, and how far it reaches (RFC 6890). */
import { BlockList, isIP } from "node:net";

/** `name`: no address at all, or one that is good on one machine alone (`fe80::1%eth0`). */
export type AddressKind =
  | "name"
  | "unspecified"
  | "multicast"
  | "reserved"
  | "loopback"
  | "link-local"
  | "private"
  | "shared"
  | "public";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The first that holds the address counts. */
const blocks: readonly (readonly [AddressKind, BlockList])[] = [
  ["unspecified", blockOf(["0.0.0.0", 32], ["::", 128])],
  ["multicast", blockOf(["224.0.0.0", 4], ["ff00::", 8])],
  ["reserved", blockOf(["0.0.0.0", 8], ["240.0.0.0", 4])],
  ["loopback", blockOf(["127.0.0.0", 8], ["::1", 128])],
  ["link-local", blockOf(["169.254.0.0", 16], ["fe80::", 10])],
  // RFC 1918, RFC 4193.
  ["private", blockOf(["10.0.0.0", 8], ["172.16.0.0", 12], ["192.168.0.0", 16], ["fc00::", 7])],
  // RFC 6598: behind the NAT of a carrier.
  ["shared", blockOf(["100.64.0.0", 10])],
];

export function addressKind(text: string): AddressKind {
  const address = MAPPED.exec(text)?.[1] ?? text;
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return "name";
  const family = version === 4 ? "ipv4" : "ipv6";
  return blocks.find(([, block]) => block.check(address, family))?.[0] ?? "public";
}

/**
 * Whether this address stands for "nowhere": the hold of RFC 2543 by 0.0.0.0, its like for IPv6, and a name that cannot
 * resolve (RFC 6761 §6.4), which stands for it where there is no such address.
 */
export function isNowhere(address: string): boolean {
  return addressKind(address) === "unspecified" || /(?:^|\.)invalid\.?$/i.test(address);
}

function blockOf(...networks: readonly (readonly [string, number])[]): BlockList {
  const block = new BlockList();
  for (const [address, prefix] of networks) {
    block.addSubnet(address, prefix, address.includes(":") ? "ipv6" : "ipv4");
  }
  return block;
}
