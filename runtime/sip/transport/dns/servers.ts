/** The addresses of DNS servers, as they stand in the configuration or in the system's. */
import { Resolver as SystemResolver } from "node:dns";
import { isIP } from "node:net";

const DNS_PORT = 53;
const MAX_SERVERS = 4;
/** For how long the system's list is believed: a laptop changes networks. */
const SYSTEM_LIST_MS = 30_000;

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** `address`, `address:port` or `[address]:port`; `undefined` where it is none of them. */
export function parseDnsServer(text: string): DnsServer | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = /^([\d.]+)(?::(\d{1,5}))?$/.exec(text);
  const address = bracketed?.[1] ?? plain?.[1] ?? text;
  const port = Number(bracketed?.[2] ?? plain?.[2] ?? DNS_PORT);
  const family = isIP(address);
  return (family === 4 || family === 6) && port >= 1 && port <= 65_535 ? { address, port, family } : undefined;
}

/** Gives the servers to be asked, the first one first. `configured`: @default those of the system, read again now and then. */
export function serverList(configured: readonly string[] | undefined, now: () => number): () => readonly DnsServer[] {
  let servers = parseAll(configured ?? []);
  if (configured !== undefined) return () => servers;
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() < until) return servers;
    until = now() + SYSTEM_LIST_MS;
    // A new one reads the system's list again.
    servers = parseAll(new SystemResolver().getServers());
    return servers;
  };
}

function parseAll(texts: readonly string[]): readonly DnsServer[] {
  return texts.flatMap((text) => parseDnsServer(text) ?? []).slice(0, MAX_SERVERS);
}
