/** Whether those outside can reach what the switch says its address is. */
import { parseHostPort } from "../../config/address.ts";
import type { Config } from "../../config/config.ts";
import { type Found, ok, problem, warning } from "../finding.ts";
import { isInside, isLoopback, isWildcard, ownAddresses } from "../machine/addresses.ts";
import { gatewaysOf, placesOf } from "../machine/gateways.ts";
import { createDns, type Dns } from "../machine/resolve.ts";
import { askStun, type Mapped } from "../machine/stun-client.ts";
import type { Subject } from "../subject.ts";

const ALG =
  "where calls are heard on one side or end after half a minute, switch off the SIP ALG of the router, or use tls://";

export interface NatFacts {
  readonly config: Pick<Config, "listen" | "media">;
  /** Of this machine. */
  readonly own: readonly string[];
  /** What `advertise` says, and the addresses that it stands for; `null`: it is not set. */
  readonly advertise: { readonly text: string; readonly addresses: readonly string[] } | null;
  /** A gateway of a trunk that is out in the internet. */
  readonly farGateway: string | undefined;
  /** How a STUN server sees us. */
  readonly mapped: (Mapped & { readonly server: string }) | undefined;
}

export async function checkNat({ config }: Subject): Promise<readonly Found[]> {
  const dns = createDns(config.dns);
  const { advertise } = config;
  const host = advertise === null ? null : (parseHostPort(advertise)?.host ?? advertise);
  const answer = host === null ? null : await dns.addresses(host);
  const addresses = answer?.type === "answer" ? answer.values : [];
  const [farGateway, stun] = await Promise.all([farGatewayOf(config, dns), mappedOf(config, dns)]);
  const facts: NatFacts = {
    config,
    own: ownAddresses(),
    advertise: advertise === null ? null : { text: advertise, addresses },
    farGateway,
    mapped: stun?.mapped,
  };
  return [...natFindings(facts), ...(stun?.found ?? [])];
}

export function natFindings(facts: NatFacts): readonly Found[] {
  const { advertise, mapped } = facts;
  const told = advertise === null ? withoutAdvertise(facts) : withAdvertise(facts, advertise);
  if (mapped === undefined || advertise === null || advertise.addresses.includes(mapped.address)) return told;
  if (isInside(mapped.address)) return told;
  const what = `${mapped.server} sees us as ${mapped.address}, and advertise says ${advertise.text}`;
  return [...told, problem("advertise", what, `set advertise: ${mapped.address}, or find out who is right`)];
}

function withoutAdvertise({ config, own, farGateway, mapped }: NatFacts): readonly Found[] {
  const listening = config.listen.flatMap(({ address }) => (isWildcard(address) ? own : [address]));
  const reached = listening.filter((address) => !isInside(address));
  if (reached.length > 0) return [ok("listen", `others reach the switch at ${[...new Set(reached)].join(", ")}`)];
  const told = listening.find((address) => !isLoopback(address)) ?? listening[0] ?? "an address";
  const known = mapped === undefined ? "" : `: ${mapped.address}`;
  if (farGateway !== undefined) {
    const what = `the switch tells trunks and phones ${told}, which ${farGateway} cannot reach`;
    return [problem("advertise", what, `set advertise to the public address${known}, and forward the ports to here`)];
  }
  return [ok("advertise", `not set: phones of this network reach ${told}; for others set advertise`)];
}

function withAdvertise(
  { config, own, farGateway }: NatFacts,
  { text, addresses }: NonNullable<NatFacts["advertise"]>,
): readonly Found[] {
  const [first] = addresses;
  if (first === undefined) {
    return [problem("advertise", `${text} has no address`, "set advertise to an address, or make DNS know the name")];
  }
  const hidden = addresses.filter(isInside);
  if (hidden.length > 0 && farGateway !== undefined) {
    const what = `${text} is ${hidden.join(", ")}, which ${farGateway} cannot reach`;
    return [problem("advertise", what, "set advertise to the public address")];
  }
  if (addresses.every(isLoopback)) {
    return [warning("advertise", `${text} is this machine alone`, "set advertise to an address that phones can reach")];
  }
  if (addresses.some((address) => own.includes(address)))
    return [ok("advertise", `${text} is an address of this machine`)];
  if (hidden.length === addresses.length) {
    const what = `${text} is private, and no address of this machine`;
    return [warning("advertise", what, "see that it is the address of what forwards to here")];
  }
  const ports = config.listen.map(({ transport, port }) => `${port}/${transport === "udp" ? "udp" : "tcp"}`);
  const { first: from, last: to } = config.media.ports;
  const all = [...new Set(ports), `${from}-${to}/udp`].join(", ");
  return [ok("advertise", `${text} is in front of a NAT, which must forward ${all}; ${ALG}`)];
}

async function farGatewayOf(config: Config, dns: Dns): Promise<string | undefined> {
  for (const gateway of gatewaysOf(config.trunks)) {
    const places = await placesOf(gateway, dns);
    if (places !== "silent" && places.some(({ address }) => !isInside(address))) return gateway.host;
  }
  return undefined;
}

/** Of the first STUN server that the configuration names, if it does. */
async function mappedOf(
  config: Config,
  dns: Dns,
): Promise<{ readonly mapped?: Mapped & { server: string }; readonly found: readonly Found[] } | undefined> {
  const server = config.media.webrtc.iceServers.find(({ relayType }) => relayType === undefined);
  if (server === undefined) return undefined;
  const answer = await dns.addresses(server.hostname);
  const address = answer.type === "answer" ? answer.values[0] : undefined;
  const mapped = address === undefined ? undefined : await askStun({ address, port: server.port });
  if (mapped !== undefined) {
    const what = `${server.hostname} sees us as ${mapped.address}:${mapped.port}`;
    return { mapped: { ...mapped, server: server.hostname }, found: [ok("media.webrtc.iceServers", what)] };
  }
  const what = `${server.hostname}:${server.port} does not answer`;
  return { found: [warning("media.webrtc.iceServers", what, "name another STUN server, or let UDP out to it")] };
}
