/** Whether DNS answers, and leads those who look for our domains to us (RFC 3263). */
import { isIP } from "node:net";
import { parseHostPort } from "../../config/address.ts";
import type { Config, ConfiguredListener } from "../../config/config.ts";
import { type Found, ok, problem, warning } from "../finding.ts";
import { ownAddresses } from "../machine/addresses.ts";
import { gatewaysOf } from "../machine/gateways.ts";
import { createDns, type Dns, type Srv } from "../machine/resolve.ts";
import type { Subject } from "../subject.ts";

const MOST_DOMAINS = 20;
const SERVICES = [
  { service: "_sips._tcp", transport: "tls" },
  { service: "_sip._tcp", transport: "tcp" },
  { service: "_sip._udp", transport: "udp" },
] as const;

export async function checkDns({ config }: Subject): Promise<readonly Found[]> {
  const domains = config.domains.filter((domain) => isIP(domain) === 0).slice(0, MOST_DOMAINS);
  const names = [...domains, ...gatewaysOf(config.trunks).map(({ host }) => host)].filter((name) => isIP(name) === 0);
  const [asked] = names;
  if (asked === undefined) return [ok("domain", "none is configured, so nobody looks for one")];
  const dns = createDns(config.dns);
  const servers = await checkServers(config, asked);
  if (servers.every(({ level }) => level === "problem")) return servers;
  const us = await ourAddresses(config, dns);
  const found = await Promise.all(domains.map((domain) => checkDomain(domain, config, dns, us)));
  return [...servers, ...found.flat()];
}

async function checkServers({ dns }: Config, asked: string): Promise<readonly Found[]> {
  const places = dns.servers ?? [null];
  return await Promise.all(
    places.map(async (server): Promise<Found> => {
      const where = server === null ? "the DNS of this machine" : `dns.servers ${server}`;
      const answer = await createDns({ ...dns, servers: server === null ? null : [server] }).addresses(asked);
      if (answer.type === "answer") return ok(where, "it answers");
      return problem(
        where,
        `no answer about ${asked}`,
        "name servers that answer in dns.servers, or mend /etc/resolv.conf",
      );
    }),
  );
}

async function checkDomain(
  domain: string,
  { listen }: Config,
  dns: Dns,
  us: ReadonlySet<string>,
): Promise<readonly Found[]> {
  const services = await Promise.all(
    SERVICES.map(async ({ service, transport }) => {
      const answer = await dns.srv(`${service}.${domain}`);
      const targets = answer.type === "answer" ? answer.values : [];
      return await Promise.all(
        targets.map((target) => checkTarget(`${service}.${domain}`, transport, target, listen, dns, us)),
      );
    }),
  );
  const found = services.flat();
  return found.length > 0 ? found : [await checkAddress(domain, dns, us)];
}

async function checkTarget(
  where: string,
  transport: ConfiguredListener["transport"],
  { name, port }: Srv,
  listen: readonly ConfiguredListener[],
  dns: Dns,
  us: ReadonlySet<string>,
): Promise<Found> {
  const answer = await dns.addresses(name);
  const addresses = answer.type === "answer" ? answer.values : [];
  const target = `${name}:${port}`;
  if (addresses.length === 0) return problem(where, `${target} has no address`, `give ${name} an address in DNS`);
  if (!addresses.some((address) => us.has(address))) {
    const what = `it leads to ${target} (${addresses.join(", ")}), which is not this switch`;
    return warning(where, what, "correct the record, or advertise, unless that one passes calls on to here");
  }
  if (listen.some((listener) => listener.transport === transport && listener.port === port)) {
    return ok(where, `it leads to ${target}, which is this switch`);
  }
  const what = `it leads to port ${port}, where the switch does not listen for ${transport}`;
  return problem(where, what, `listen on ${transport}://0.0.0.0:${port}, or correct the record`);
}

async function checkAddress(domain: string, dns: Dns, us: ReadonlySet<string>): Promise<Found> {
  const answer = await dns.addresses(domain);
  const addresses = answer.type === "answer" ? answer.values : [];
  if (addresses.length === 0) {
    const advice = "make an A or SRV record, unless all phones are told the address of the switch";
    return warning(domain, "DNS knows neither a service nor an address of it", advice);
  }
  if (addresses.some((address) => us.has(address))) return ok(domain, `it is ${addresses.join(", ")}, this switch`);
  const what = `it is ${addresses.join(", ")}, which is not this switch`;
  return warning(domain, what, "correct the record, or advertise, unless that one passes calls on to here");
}

async function ourAddresses({ advertise }: Config, dns: Dns): Promise<ReadonlySet<string>> {
  const host = advertise === null ? undefined : parseHostPort(advertise)?.host;
  const answer = host === undefined ? undefined : await dns.addresses(host);
  return new Set([...ownAddresses(), ...(answer?.type === "answer" ? answer.values : [])]);
}
