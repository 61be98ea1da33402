/** Puts together what has to do with registered phones: the registrar, what keeps ways through NATs open, and scripts that hear of it. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { NetworkSet } from "../contract/network.ts";
import type { SwitchFeeds } from "../observe/feeds.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { Store } from "../port/store.ts";
import type { SipStack } from "../sip/stack.ts";
import type { Flow } from "../sip/transport/flow.ts";
import { CONTACT_PARAMETERS } from "../sip/transport/transport-name.ts";
import type { Domains } from "../switch/domains.ts";
import { KeepAlive } from "../switch/registrar/keep-alive.ts";
import { Registrar } from "../switch/registrar/registrar.ts";
import { RegistrationEvents } from "../switch/registrar/registration-events.ts";
import { viewRegistration } from "../switch/registrar/registrations.ts";
import type { Routes } from "../switch/routes/routes.ts";

export interface RegistrarParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store["bindings"];
  readonly stack: SipStack;
  readonly domains: Domains;
  readonly feeds: SwitchFeeds;
  /** Sources free of per-source limits. */
  readonly isExempt: (address: string) => boolean;
  /** Kept over restarts. */
  readonly gruuKey: string;
}

export interface RegistrarRooms {
  readonly registrar: Registrar;
  readonly keepAlive: KeepAlive | undefined;
  /** From now on scripts hear of registrations. */
  tell(events: ScriptEvents, routes: Routes): RegistrationEvents;
}

export async function assembleRegistrar(parts: RegistrarParts): Promise<RegistrarRooms> {
  const { config, clock, log, store, stack, domains, feeds, isExempt, gruuKey } = parts;
  const edges = new NetworkSet(config.edges);
  const serviceRouteOf = (flow: Flow): string =>
    `<sip:${stack.transport.sentBy(flow)}${CONTACT_PARAMETERS[flow.transport]};lr>`;
  const registrar = new Registrar({
    store,
    clock,
    log,
    gruuKey,
    isHostName: (domain) => config.domains.includes(domain),
    isEdge: (address) => edges.has(address),
    isExempt,
    isOurs: ({ host, port }) => domains.of(host, port) !== undefined,
    serviceRouteOf: config.serviceRoute ? serviceRouteOf : undefined,
  });
  const { keepAliveSeconds } = config.nat;
  const keepAlive =
    keepAliveSeconds === 0
      ? undefined
      : new KeepAlive({
          clock,
          stack,
          everyMs: keepAliveSeconds * 1000,
          onFailed: (binding) => registrar.flowFailed(binding),
        });
  registrar.watch((change) => {
    keepAlive?.bindingChanged(change);
    if (change.what === "refreshed") return;
    const { what, binding } = change;
    const registration = viewRegistration(binding, registrar.gruus);
    const at = new Date(clock.now()).toISOString();
    feeds.events.publish({ type: "registration", at, what, registration });
  });
  await registrar.load();
  for (const binding of registrar.list()) keepAlive?.bindingChanged({ what: "refreshed", binding });
  return {
    registrar,
    keepAlive,
    tell(events, routes) {
      const told = new RegistrationEvents({
        events,
        routes,
        registrar,
        onDropped: () => log.warn("Scripts do not keep up with registrations; some are not told to them"),
      });
      registrar.watch((change) => told.bindingChanged(change));
      return told;
    },
  };
}
