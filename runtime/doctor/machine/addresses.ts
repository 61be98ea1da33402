/** Which kinds of addresses there are, and which are ours. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** Addresses that nobody outside can reach: private (RFC 1918, 4193), shared (RFC 6598), link-local, loopback. */
const inside = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["127.0.0.0", 8],
] as const) {
  inside.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
] as const) {
  inside.addSubnet(network, prefix, "ipv6");
}

const LOOPBACK = /^(127\.|::1$)/;

export function isInside(address: string): boolean {
  return isIP(address) !== 0 && inside.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
