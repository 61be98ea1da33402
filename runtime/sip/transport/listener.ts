/** A listener as the rest of the layer sees it: its name on the wire, its network, and which one reaches a destination. */
import { BlockList, isIP } from "node:net";
import { formatHost } from "../message/uri.ts";
import type { TransportName } from "./flow.ts";
import { canonicalHost, splitHostPort } from "./host.ts";
import type { Interfaces, ListenAddress } from "./listen-address.ts";
import { DEFAULT_PORTS } from "./transport-name.ts";

/** In the place of a port that is not stated. */
const NO_PORT = 0;

export interface Listener {
  readonly listen: ListenAddress;
  readonly family: "ipv4" | "ipv6";
  /** `host:port` for Via and Contact, IPv6 in brackets. */
  readonly sentBy: string;
  readonly isLoopback: boolean;
  /** The network of the interface that has the address. */
  readonly network: BlockList;
}

/** Describes a listener that has its real port. */
export function describeListener(listen: ListenAddress, interfaces: Interfaces): Listener {
  const family = familyOf(listen.address) ?? "ipv4";
  const address = canonicalHost(listen.address);
  const info = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .find((candidate) => canonicalHost(candidate.address) === address);
  const network = new BlockList();
  const prefix = Number(info?.cidr?.split("/")[1] ?? Number.NaN);
  if (info !== undefined && Number.isInteger(prefix)) network.addSubnet(info.address, prefix, family);
  const { host, port } = advertised(listen);
  return {
    listen,
    family,
    sentBy: `${formatHost(host)}:${port}`,
    isLoopback: info?.internal ?? (address === "::1" || address.startsWith("127.")),
    network,
  };
}

/**
 * The listener from which an address is reached: one on the same network, else the first that is not on loopback.
 * The kernel's routes are not asked: a host whose networks lie behind routers lists its outer address first.
 */
export function chooseListener(
  listeners: readonly Listener[],
  transport: ListenAddress["transport"],
  address: string,
): Listener | undefined {
  const family = familyOf(address);
  let chosen: Listener | undefined;
  for (const listener of listeners) {
    if (listener.listen.transport !== transport || listener.family !== family) continue;
    if (listener.network.check(address, family)) return listener;
    if (chosen === undefined || (chosen.isLoopback && !listener.isLoopback)) chosen = listener;
  }
  return chosen;
}

/**
 * The listener whose address a connection leaves from: one of its transport, and for TLS any of TCP or UDP, since nobody
 * needs a certificate to connect. What such a connection is called by is the name of that listener.
 */
export function chooseWayOut(
  listeners: readonly Listener[],
  transport: ListenAddress["transport"],
  address: string,
): Listener | undefined {
  const own = chooseListener(listeners, transport, address);
  if (own !== undefined || transport !== "tls") return own;
  return chooseListener(listeners, "tcp", address) ?? chooseListener(listeners, "udp", address);
}

/** The hosts and ports that mean us. */
export class OwnAddresses {
  readonly #ports = new Map<string, Set<number>>();

  constructor(listeners: readonly Listener[]) {
    for (const { listen } of listeners) {
      this.#add(canonicalHost(listen.address), listen.port, listen.transport);
      const { host, port } = advertised(listen);
      this.#add(host, port, listen.transport);
    }
  }

  /** Without a port, the default one of any transport that we have there is meant. */
  has(host: string, port: number = NO_PORT): boolean {
    // As we wrote it ourselves in nearly every case: other spellings are looked at only when that fails.
    if (this.#ports.get(host)?.has(port) === true) return true;
    return this.#ports.get(canonicalHost(host))?.has(port) === true;
  }

  #add(host: string, port: number, transport: TransportName): void {
    const ports = this.#ports.get(host) ?? new Set();
    this.#ports.set(host, ports);
    ports.add(port);
    if (port === DEFAULT_PORTS[transport]) ports.add(NO_PORT);
  }
}

function advertised(listen: ListenAddress): { readonly host: string; readonly port: number } {
  const { host, port } =
    listen.advertise === undefined ? { host: listen.address, port: undefined } : splitHostPort(listen.advertise);
  return { host, port: port ?? listen.port };
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? "ipv4" : "ipv6";
}
