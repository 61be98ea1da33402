/**
 * Where we listen. One socket per interface address: a datagram does not tell to which of our addresses it came, so a
 * wildcard becomes one listener per address, and Via, Contact and rport are right on a host with several networks.
 */
import type { NetworkInterfaceInfo } from "node:os";
import { ConfigError } from "../../base/errors.ts";
import { formatHost } from "../message/uri.ts";
import type { TransportName } from "./flow.ts";
import { canonicalHost } from "./host.ts";

export interface ListenAddress {
  readonly transport: TransportName;
  /** One interface address; see `expandWildcards`. */
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** `host[:port]` that Via and Contact name instead of the address; the port defaults to the listener's. */
  readonly advertise?: string;
}

/** By interface name, as `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export function isWildcard(address: string): boolean {
  const host = canonicalHost(address);
  return host === "0.0.0.0" || host === "::";
}

/**
 * Puts every address of its family in the place of a wildcard, but link-local ones (they need an interface name).
 * An address that is listed by itself as well keeps its own entry. Loopback addresses are not advertised as another.
 */
export function expandWildcards(listen: readonly ListenAddress[], interfaces: Interfaces): ListenAddress[] {
  const taken = new Set<string>();
  for (const entry of listen) if (!isWildcard(entry.address)) taken.add(keyOf(entry));
  const infos = Object.values(interfaces).flatMap((list) => list ?? []);
  const expanded: ListenAddress[] = [];
  for (const entry of listen) {
    if (!isWildcard(entry.address)) {
      expanded.push(entry);
      continue;
    }
    const family = entry.address.includes(":") ? "IPv6" : "IPv4";
    for (const info of infos) {
      if (info.family !== family || isLinkLocal(info)) continue;
      const { advertise, ...plain } = { ...entry, address: info.address };
      const own = advertise === undefined || info.internal ? plain : { ...plain, advertise };
      if (taken.has(keyOf(own))) continue;
      taken.add(keyOf(own));
      expanded.push(own);
    }
  }
  return expanded;
}

function keyOf(entry: ListenAddress): string {
  return `${entry.transport} ${canonicalHost(entry.address)} ${entry.port}`;
}

function isLinkLocal(info: NetworkInterfaceInfo): boolean {
  return info.family === "IPv6" && info.scopeid !== 0;
}

/** Turns what the system says when a port cannot be opened into what the operator can do about it. */
export function listenError(listen: ListenAddress, error: NodeJS.ErrnoException): ConfigError {
  const url = `${listen.transport}://${formatHost(listen.address)}:${listen.port}`;
  const options = { cause: error };
  switch (error.code) {
    case "EADDRINUSE": {
      const find = `ss -ln${listen.transport === "udp" ? "u" : "t"}p 'sport = :${listen.port}'`;
      const advice = `Stop the program that has it ("${find}" names it) or listen on another port.`;
      return new ConfigError("port-in-use", `${url} is in use already. ${advice}`, [], options);
    }
    case "EADDRNOTAVAIL":
      return new ConfigError(
        "config-invalid",
        `${url} cannot be opened: no interface of this machine has that address. Listen on one that "ip address" shows.`,
        [],
        options,
      );
    case "EACCES":
      return new ConfigError(
        "config-invalid",
        `${url} cannot be opened: this user may not open that port. Listen on a port from 1024 on, or grant CAP_NET_BIND_SERVICE.`,
        [],
        options,
      );
    default:
      return new ConfigError("config-invalid", `${url} cannot be opened: ${error.message}.`, [], options);
  }
}
