/** Where the trunks of the configuration lead: host, port and transport of each gateway. */
import { parseHostPort } from "../../config/address.ts";
import type { ConfiguredTrunk } from "../../config/config.ts";
import type { Dns } from "./resolve.ts";

export interface Gateway {
  readonly trunk: string;
  readonly uri: string;
  readonly host: string;
  /** `undefined`: DNS says it. */
  readonly port: number | undefined;
  readonly transport: "udp" | "tcp" | "tls";
}

const URI = /^(sips?):(?:[^@]*@)?([^;?]+)(.*)$/i;

export function gatewaysOf(trunks: readonly ConfiguredTrunk[]): readonly Gateway[] {
  return trunks.flatMap(({ name, trunk }) => {
    const uris = [...(trunk.uri === undefined ? [] : [trunk.uri]), ...(trunk.gateways ?? []).map(({ uri }) => uri)];
    return uris.flatMap((uri) => parse(name, uri) ?? []);
  });
}

function parse(trunk: string, uri: string): Gateway | undefined {
  const [, scheme = "", hostPort = "", parameters = ""] = URI.exec(uri) ?? [];
  const parsed = parseHostPort(hostPort);
  if (parsed === undefined) return undefined;
  const asked = /;transport=(\w+)/i.exec(parameters)?.[1]?.toLowerCase();
  const isSecure = scheme.toLowerCase() === "sips" || asked === "tls";
  return { trunk, uri, ...parsed, transport: isSecure ? "tls" : asked === "tcp" ? "tcp" : "udp" };
}

/** Its addresses, by SRV where the URI names no port (RFC 3263). */
export async function placesOf(
  gateway: Gateway,
  dns: Dns,
): Promise<readonly { readonly address: string; readonly port: number }[] | "silent"> {
  const service = gateway.transport === "tls" ? "_sips._tcp" : `_sip._${gateway.transport}`;
  const found = gateway.port === undefined ? await dns.srv(`${service}.${gateway.host}`) : null;
  const named = found?.type === "answer" ? found.values : [];
  const defaultPort = gateway.transport === "tls" ? 5061 : 5060;
  const targets = named.length > 0 ? named : [{ name: gateway.host, port: gateway.port ?? defaultPort }];
  const places: { address: string; port: number }[] = [];
  for (const { name, port } of targets) {
    const answer = await dns.addresses(name);
    if (answer.type === "silent") return "silent";
    places.push(...answer.values.map((address) => ({ address, port })));
  }
  return places;
}
