/**
 * Which addresses scripts may connect to: those of the public internet, and what the operator adds. The others are the
 * networks around the switch, and the switch itself (the registries of IANA, RFC 6890).
 */
import { isIP } from "node:net";
import { type Network, NetworkSet, parseNetwork } from "../contract/network.ts";

const NOT_PUBLIC_4 = networks(
  "0.0.0.0/8", // this host
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "168.63.129.16", // a cloud's own service, at an address that only looks public
  "169.254.0.0/16", // link-local, where clouds keep their metadata
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
);
/** All else is not global unicast: loopback, unique local, link-local, multicast, IPv4 within IPv6, NAT64. */
const GLOBAL_6 = networks("2000::/3");
const NOT_PUBLIC_6 = networks(
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which leads to an IPv4 address
  "3fff::/20", // documentation
);

export class AddressPolicy {
  readonly #added: NetworkSet;
  readonly #ownAddresses: () => readonly string[];

  /** `added`: networks that are allowed though they are not public. `ownAddresses`: those of this machine. */
  constructor(added: readonly Network[], ownAddresses: () => readonly string[]) {
    this.#added = new NetworkSet(added);
    this.#ownAddresses = ownAddresses;
  }

  /** Whether a script may connect to every one of them. */
  allows(addresses: readonly string[]): boolean {
    const own = this.#ownAddresses();
    return addresses.every((address) => this.#added.has(address) || (isPublic(address) && !own.includes(address)));
  }
}

export function isPublic(address: string): boolean {
  // With a zone (`%eth0`) it is an address of one link.
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 4) return !NOT_PUBLIC_4.has(address);
  return version === 6 && GLOBAL_6.has(address) && !NOT_PUBLIC_6.has(address);
}

function networks(...texts: readonly string[]): NetworkSet {
  return new NetworkSet(texts.map(parseNetwork).filter((network) => network !== undefined));
}
