/**
 * Where a SIP URI leads (RFC 3263 §4, RFC 2782): transport, addresses and ports in the order in which they are tried.
 * NAPTR is not asked: SRV is looked up for each transport we have. `maddr` is ignored.
 */
import { isIP } from "node:net";
import type { SipUri } from "../message/uri.ts";
import { DEFAULT_PORT } from "./host.ts";

export interface Destination {
  readonly transport: "udp" | "tcp";
  /** Numeric. */
  readonly address: string;
  readonly port: number;
}

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** DNS. A name without such records gives an empty list; a question that was not answered rejects. */
export interface Resolver {
  srv(name: string): Promise<readonly SrvRecord[]>;
  a(name: string): Promise<readonly string[]>;
  aaaa(name: string): Promise<readonly string[]>;
}

/** More would be tried for minutes; a hostile zone may list thousands. */
const MAX_DESTINATIONS = 8;

/** Why no destination of this URI can be used, whatever DNS says. */
export function unsupportedReason(uri: SipUri): string | undefined {
  if (uri.scheme === "sips") return "sips needs TLS on every hop, which is not supported yet";
  const transport = uri.params.get("transport");
  if (transport === undefined || transportOf(transport) !== undefined) return undefined;
  return `transport=${transport} is not supported`;
}

/** The destinations of a URI whose host is an address, or that cannot be used at all; undefined: DNS has to be asked. */
export function locateNumeric(uri: SipUri): Destination[] | undefined {
  if (unsupportedReason(uri) !== undefined) return [];
  if (isIP(uri.host) === 0) return undefined;
  const port = uri.port ?? DEFAULT_PORT;
  return isPort(port)
    ? [{ transport: transportOf(uri.params.get("transport")) ?? "udp", address: uri.host, port }]
    : [];
}

/** All destinations of a URI, at most eight; none when DNS knows none or does not answer. `random` gives 0 up to 1. */
export async function locate(
  uri: SipUri,
  resolver: Resolver,
  random: () => number = Math.random,
): Promise<Destination[]> {
  const numeric = locateNumeric(uri);
  if (numeric !== undefined) return numeric;
  const transport = transportOf(uri.params.get("transport"));
  // RFC 3263 §4.2: a port in the URI says that there is no SRV to be asked.
  if (uri.port !== undefined) return locateHost(uri.host, transport ?? "udp", uri.port, resolver);
  const candidates = transport === undefined ? (["udp", "tcp"] as const) : [transport];
  const services = await Promise.all(
    candidates.map((candidate) => locateService(uri.host, candidate, resolver, random)),
  );
  const found = services.filter((service) => service !== undefined);
  if (found.length > 0) return found.flat().slice(0, MAX_DESTINATIONS);
  return locateHost(uri.host, transport ?? "udp", DEFAULT_PORT, resolver);
}

/** In the order of RFC 2782: priority, and by lot within a priority, weights being the shares. */
export function orderByWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // Weight 0 comes first, so that it is drawn only when the lot is (nearly) 0.
  const waiting = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SrvRecord[] = [];
  while (waiting.length > 0) {
    const priority = waiting[0]?.priority;
    const end = waiting.findIndex((record) => record.priority !== priority);
    const [drawn] = waiting.splice(draw(waiting.slice(0, end < 0 ? waiting.length : end), random), 1);
    if (drawn !== undefined) ordered.push(drawn);
  }
  return ordered;
}

/** The index of one record by lot. */
function draw(records: readonly SrvRecord[], random: () => number): number {
  const total = records.reduce((sum, record) => sum + record.weight, 0);
  // Nobody has stated a share: all have the same.
  if (total === 0) return Math.floor(random() * records.length);
  const lot = random() * total;
  let sum = 0;
  const index = records.findIndex((record) => {
    sum += record.weight;
    return sum >= lot;
  });
  return Math.max(0, index);
}

/** undefined: no SRV records. An empty list: there are some, and they lead nowhere. */
async function locateService(
  host: string,
  transport: "udp" | "tcp",
  resolver: Resolver,
  random: () => number,
): Promise<Destination[] | undefined> {
  const records = await answerOf(resolver.srv(`_sip._${transport}.${host}`));
  if (records.length === 0) return undefined;
  // RFC 2782: the root as target means that the service is not there, on purpose.
  const usable = records.filter((record) => isPort(record.port) && record.name !== "" && record.name !== ".");
  const chosen = orderByWeight(usable, random).slice(0, MAX_DESTINATIONS);
  const found = await Promise.all(chosen.map((record) => locateHost(record.name, transport, record.port, resolver)));
  return found.flat();
}

async function locateHost(
  host: string,
  transport: "udp" | "tcp",
  port: number,
  resolver: Resolver,
): Promise<Destination[]> {
  if (!isPort(port)) return [];
  const answers = await Promise.all([answerOf(resolver.a(host)), answerOf(resolver.aaaa(host))]);
  return answers
    .flat()
    .slice(0, MAX_DESTINATIONS)
    .map((address) => ({ transport, address, port }));
}

/** A question that was not answered counts as one without an answer: the next way is tried. */
function answerOf<Item>(question: Promise<readonly Item[]>): Promise<readonly Item[]> {
  return question.catch(() => []);
}

function transportOf(parameter: string | true | undefined): "udp" | "tcp" | undefined {
  const name = typeof parameter === "string" ? parameter.toLowerCase() : undefined;
  return name === "udp" || name === "tcp" ? name : undefined;
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
