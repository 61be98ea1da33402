/**
 * Where a SIP URI leads (RFC 3263 §4, RFC 2782, RFC 3403): transport, addresses and ports in the order in which they are
 * tried. Only what can be opened is looked for. `maddr` is ignored.
 */
import { isIP } from "node:net";
import { orderByWeight } from "../../base/weighted-order.ts";
import type { SipUri } from "../message/uri.ts";
import type { TransportName } from "./flow.ts";
import { DEFAULT_PORTS } from "./transport-name.ts";

export interface Destination {
  readonly transport: TransportName;
  /** Numeric. */
  readonly address: string;
  readonly port: number;
  /**
   * Whom a certificate must name: the host of the URI that led here, never one that DNS has told (RFC 5922 §4).
   * @default the address
   */
  readonly name?: string;
}

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** RFC 3403 §4.1, without the regular expression, which SIP does not use. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  /** Lower case. */
  readonly flags: string;
  /** Upper case. */
  readonly service: string;
  readonly replacement: string;
}

/** DNS. A name without such records gives an empty list; a question that was not answered rejects. */
export interface Resolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  a(name: string): Promise<readonly string[]>;
  aaaa(name: string): Promise<readonly string[]>;
}

/** What we can open by ourselves: browsers are reached over the connection that they have made (RFC 7118 §5). */
export type ClientTransport = Exclude<TransportName, "ws" | "wss">;

export interface LocateOptions {
  /** Whether requests can leave by this transport to an address of this family. @default all can */
  readonly canOpen?: (transport: ClientTransport, family: 4 | 6) => boolean;
  /** Gives 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

/** More would be tried for minutes; a hostile zone may list thousands. */
const MAX_DESTINATIONS = 8;
/** Services of one name that are looked up. */
const MAX_SERVICES = 4;
/** In the order in which we prefer them where a zone has no opinion. */
const TRANSPORTS: readonly ClientTransport[] = ["udp", "tcp", "tls"];

/** RFC 3263 §4.1, table 1. WebSockets are for browsers. */
const SERVICES: ReadonlyMap<string, ClientTransport> = new Map<string, ClientTransport>([
  ["SIP+D2U", "udp"],
  ["SIP+D2T", "tcp"],
  ["SIPS+D2T", "tls"],
]);

const SRV_PREFIXES: Readonly<Record<ClientTransport, string>> = {
  udp: "_sip._udp.",
  tcp: "_sip._tcp.",
  tls: "_sips._tcp.",
};

/** Where to look for one service of a name. */
interface Service {
  readonly transport: ClientTransport;
  /** The name of its SRV records. */
  readonly srv: string;
}

/** What a URI says about the transport: one, any, or one that cannot be. */
type Wanted = ClientTransport | "any" | { readonly problem: string };

/** Why no destination of this URI can be used, whatever DNS says. */
export function unsupportedReason(uri: SipUri): string | undefined {
  const wanted = wantedBy(uri);
  return typeof wanted === "object" ? wanted.problem : undefined;
}

/** The destinations of a URI whose host is an address, or that cannot be used at all; undefined: DNS has to be asked. */
export function locateNumeric(uri: SipUri, options: LocateOptions = {}): Destination[] | undefined {
  const wanted = wantedBy(uri);
  if (typeof wanted === "object") return [];
  const family = isIP(uri.host);
  if (family !== 4 && family !== 6) return undefined;
  const canOpen = options.canOpen ?? (() => true);
  const transport = wanted === "any" ? usualTransport((candidate) => canOpen(candidate, family)) : wanted;
  const port = uri.port ?? DEFAULT_PORTS[transport];
  if (!isPort(port) || !canOpen(transport, family)) return [];
  return [{ transport, address: uri.host, port }];
}

/** All destinations of a URI, at most eight; none when DNS knows none or does not answer. */
export async function locate(
  uri: SipUri,
  resolver: Resolver,
  options: LocateOptions = {},
): Promise<readonly Destination[]> {
  const numeric = locateNumeric(uri, options);
  if (numeric !== undefined) return numeric;
  return new Search(uri.host, resolver, options).find(uri);
}

function wantedBy(uri: SipUri): Wanted {
  const parameter = uri.params.get("transport");
  const name = typeof parameter === "string" ? parameter.toLowerCase() : undefined;
  if (uri.scheme === "sips") {
    // RFC 3261 §26.2.2: TLS on every hop, whatever it is over.
    if (name === undefined || name === "tcp" || name === "tls") return "tls";
    return { problem: `sips needs TLS, which transport=${name} is not` };
  }
  if (parameter === undefined) return "any";
  const transport = TRANSPORTS.find((candidate) => candidate === name);
  return transport ?? { problem: `transport=${parameter} is not supported` };
}

/** RFC 3263 §4.1: where nothing says which, UDP, which everybody has; TCP where we have no UDP ourselves. */
function usualTransport(canOpen: (transport: ClientTransport) => boolean): ClientTransport {
  return !canOpen("udp") && canOpen("tcp") ? "tcp" : "udp";
}

/** One name, looked up as RFC 3263 §4.1 and §4.2 say. */
class Search {
  readonly #host: string;
  readonly #resolver: Resolver;
  readonly #canOpen: (transport: ClientTransport, family: 4 | 6) => boolean;
  readonly #random: () => number;

  constructor(host: string, resolver: Resolver, options: LocateOptions) {
    this.#host = host;
    this.#resolver = resolver;
    this.#canOpen = options.canOpen ?? (() => true);
    this.#random = options.random ?? Math.random;
  }

  async find(uri: SipUri): Promise<readonly Destination[]> {
    const wanted = wantedBy(uri);
    if (typeof wanted === "object") return [];
    // RFC 3263 §4.2: a port in the URI says that there is no SRV to be asked.
    const transport = wanted === "any" ? usualTransport((candidate) => this.#isOpenable(candidate)) : wanted;
    if (uri.port !== undefined) return this.#ofHost(this.#host, transport, uri.port);
    const services = await this.#services(wanted);
    const found = await Promise.all(services.map((service) => this.#ofService(service)));
    const known = found.filter((destinations) => destinations !== undefined);
    if (known.length > 0) return known.flat().slice(0, MAX_DESTINATIONS);
    return this.#ofHost(this.#host, transport, DEFAULT_PORTS[transport]);
  }

  /** What the zone offers that we can open, in its order; else what we would try ourselves. */
  async #services(wanted: ClientTransport | "any"): Promise<readonly Service[]> {
    // RFC 3263 §4.1: who names a transport has chosen already, but that sips may be offered under another name.
    const asksZone = wanted === "any" || wanted === "tls";
    const records = asksZone ? await answerOf(this.#resolver.naptr(this.#host)) : [];
    const offered = this.#offered(records, wanted);
    if (offered.length > 0) return offered;
    // RFC 3263 §4.1: TLS is not tried for a sip URI on our own account.
    const tried = wanted === "any" ? (["udp", "tcp"] as const) : [wanted];
    return tried
      .filter((transport) => this.#isOpenable(transport))
      .map((transport) => ({ transport, srv: SRV_PREFIXES[transport] + this.#host }));
  }

  #offered(records: readonly NaptrRecord[], wanted: ClientTransport | "any"): readonly Service[] {
    return records
      .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
      .flatMap(({ flags, service, replacement }): Service[] => {
        const transport = SERVICES.get(service);
        // RFC 3403 §4.1: only a terminal record that names SRV records is of use here; the root names nothing.
        if (transport === undefined || flags !== "s" || replacement === "." || replacement === "") return [];
        if ((wanted !== "any" && wanted !== transport) || !this.#isOpenable(transport)) return [];
        return [{ transport, srv: replacement }];
      })
      .slice(0, MAX_SERVICES);
  }

  /** undefined: no SRV records. An empty list: there are some, and they lead nowhere. */
  async #ofService({ transport, srv }: Service): Promise<Destination[] | undefined> {
    const records = await answerOf(this.#resolver.srv(srv));
    if (records.length === 0) return undefined;
    // RFC 2782: the root as target means that the service is not there, on purpose.
    const usable = records.filter((record) => isPort(record.port) && record.name !== "" && record.name !== ".");
    const chosen = orderByWeight(usable, this.#random).slice(0, MAX_DESTINATIONS);
    const found = await Promise.all(chosen.map((record) => this.#ofHost(record.name, transport, record.port)));
    return found.flat();
  }

  async #ofHost(host: string, transport: ClientTransport, port: number): Promise<Destination[]> {
    if (!isPort(port)) return [];
    const asked: Promise<readonly string[]>[] = [];
    if (this.#canOpen(transport, 4)) asked.push(answerOf(this.#resolver.a(host)));
    if (this.#canOpen(transport, 6)) asked.push(answerOf(this.#resolver.aaaa(host)));
    const addresses = (await Promise.all(asked)).flat().slice(0, MAX_DESTINATIONS);
    const name = transport === "tls" ? { name: this.#host } : {};
    return addresses.map((address) => ({ transport, address, port, ...name }));
  }

  #isOpenable(transport: ClientTransport): boolean {
    return this.#canOpen(transport, 4) || this.#canOpen(transport, 6);
  }
}

/** A question that was not answered counts as one without an answer: the next way is tried. */
function answerOf<Item>(question: Promise<readonly Item[]>): Promise<readonly Item[]> {
  return question.catch(() => []);
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
