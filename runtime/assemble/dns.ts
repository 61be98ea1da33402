/** Puts together who answers for names: one resolver for SIP, one for scripts, so that neither waits for the other. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Outage } from "../base/outage.ts";
import type { Config } from "../config/config.ts";
import { type DnsOptions, DnsResolver } from "../sip/transport/dns-resolver.ts";

const OUTAGE = {
  failing: "No DNS server answers: calls to names fail until one does, all others go on",
  again: "DNS answers again",
};

export interface DnsRooms {
  /** For SIP. */
  readonly resolver: DnsResolver;
  /** For what scripts fetch. */
  readonly forScripts: DnsResolver;
  /** Whether the servers answer what SIP asks. */
  readonly outage: Outage;
  reload(config: Config): void;
  stop(): void;
}

export function assembleDns(parts: { readonly config: Config; readonly clock: Clock; readonly log: Log }): DnsRooms {
  const { config, clock, log } = parts;
  let options = optionsOf(config);
  const outage = new Outage(log, OUTAGE);
  const resolver = new DnsResolver({ clock, outage, ...options });
  // Whom scripts ask for may be of anybody's making, and says little of the servers.
  const forScripts = new DnsResolver({ clock, ...options });
  const both = [resolver, forScripts];
  return {
    resolver,
    forScripts,
    outage,
    reload(next) {
      const before = JSON.stringify(options);
      options = optionsOf(next);
      // What is known is forgotten with the servers that have said it: not without need.
      if (JSON.stringify(options) !== before) for (const one of both) one.configure(options);
    },
    stop() {
      for (const one of both) one.close();
    },
  };
}

function optionsOf({ dns }: Config): DnsOptions {
  return { servers: dns.servers ?? undefined, timeoutMs: dns.timeoutMs };
}
