/** Puts together how scripts reach the web: names, the rules of the configuration, connections. */
import { networkInterfaces } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import { type HostRule, parseHostRule } from "../contract/host-rule.ts";
import { AddressPolicy } from "../fetch/address-policy.ts";
import { AllowList } from "../fetch/allow-list.ts";
import { type FetchPolicy, ScriptFetcher } from "../fetch/fetcher.ts";
import type { Policies } from "../policy/policies.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import { webOperations } from "../sandbox/broker/web-operations.ts";
import type { Resolver } from "../sip/transport/locate.ts";

export interface FetchParts {
  readonly config: Config;
  readonly clock: Clock;
  /** Of its own: scripts that ask for many names leave the questions of SIP alone. */
  readonly dns: Resolver;
  /** Which hosts each script may reach, by its policy. */
  readonly policies: Policies;
}

export interface FetchRooms {
  /** What scripts may ask of the web, by the names under which the sandbox knows it. */
  readonly modules: Readonly<Record<string, OperationModule>>;
  reload(config: Config): void;
  stop(): void;
}

export function assembleFetch({ config, clock, dns, policies }: FetchParts): FetchRooms {
  const resolve = async (name: string): Promise<readonly string[]> => {
    const found = await Promise.allSettled([dns.a(name), dns.aaaa(name)]);
    const addresses = found.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    const failed = found.find((answer) => answer.status === "rejected");
    if (addresses.length === 0 && failed !== undefined) throw failed.reason;
    return addresses;
  };
  let current = config;
  const fetcher = new ScriptFetcher({ clock, resolve, ...policyOf(config, policies) });
  const configure = (): void => fetcher.configure(policyOf(current, policies));
  policies.onChange(configure);
  return {
    modules: { web: webOperations(fetcher, config.tracing.fetch) },
    reload(next) {
      current = next;
      configure();
    },
    stop() {
      fetcher.close();
    },
  };
}

function policyOf({ fetch }: Config, policies: Policies): FetchPolicy {
  const ofScripts = new Map<string, readonly HostRule[]>();
  for (const [script, { fetchHosts }] of policies.all()) {
    if (fetchHosts !== undefined) ofScripts.set(script, fetchHosts.flatMap(ruleOf));
  }
  return {
    hosts: new AllowList(fetch.hosts, ofScripts),
    addresses: new AddressPolicy(fetch.allowPrivate, ownAddresses),
  };
}

/** They were checked when they were set. */
function ruleOf(text: string): readonly HostRule[] {
  const parsed = parseHostRule(text);
  return parsed.ok ? [parsed.value] : [];
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => entries?.map(({ address }) => address) ?? []);
}
