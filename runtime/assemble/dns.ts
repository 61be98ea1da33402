/** Puts together who answers for names: one resolver for SIP, one for scripts, so that neither waits for the other. */
import type { Clock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import { type DnsOptions, DnsResolver } from "../sip/transport/dns-resolver.ts";

export interface DnsRooms {
  /** For SIP. */
  readonly resolver: DnsResolver;
  /** For what scripts fetch. */
  readonly forScripts: DnsResolver;
  reload(config: Config): void;
  stop(): void;
}

export function assembleDns({ config, clock }: { readonly config: Config; readonly clock: Clock }): DnsRooms {
  let options = optionsOf(config);
  const resolver = new DnsResolver({ clock, ...options });
  const forScripts = new DnsResolver({ clock, ...options });
  const both = [resolver, forScripts];
  return {
    resolver,
    forScripts,
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
