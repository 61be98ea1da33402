/** Puts the SIP engine together: the stack on its transports, with those between it and the wire who listen in. */

import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { FindAnswerer } from "../sip/dialog/account.ts";
import type { Turns } from "../sip/invite-queue.ts";
import { SipStack } from "../sip/stack.ts";
import type { TransportCounters } from "../sip/transport/counters.ts";
import type { InheritedSockets } from "../sip/transport/inherited.ts";
import { SetAside } from "../sip/transport/set-aside.ts";
import type { Certificates } from "../sip/transport/tls/certificates.ts";
import { Domains } from "../switch/domains.ts";
import type { Switch } from "../switch/switch.ts";
import type { DnsRooms } from "./dns.ts";
import type { Ground } from "./ground.ts";
import type { GuardRooms } from "./guard.ts";
import type { HepRooms } from "./hep.ts";
import type { JournalRooms } from "./journal.ts";
import { listenOnNewAddresses } from "./listening.ts";
import { assembleTransports, type Transports } from "./transports.ts";

export interface EngineRooms {
  readonly stack: SipStack;
  readonly transports: Transports;
  readonly domains: Domains;
  /** Requests that begin something, while this process finishes what it has begun. */
  readonly setAside: SetAside;
  /** Opens the sockets. Throws `ConfigError` where an address cannot be had. */
  listen(): Promise<void>;
  prepareReload(config: Config): Promise<void>;
  stop(): Promise<void>;
}

export function assembleEngine(
  parts: Ground & {
    readonly sw: Switch;
    readonly counters: TransportCounters;
    readonly door: Pick<GuardRooms, "isExempt" | "guard">;
    readonly dns: DnsRooms;
    readonly journal: JournalRooms;
    readonly hep: HepRooms;
    readonly findAnswerer: FindAnswerer;
    readonly certificates: Certificates;
    readonly inherited: InheritedSockets | undefined;
  },
): EngineRooms {
  const { config, clock, log, recovery, sw, door, dns, journal, hep, findAnswerer } = parts;
  const transports = assembleTransports({ ...parts, ...door });
  const setAside = new SetAside((request) => stack.transactions.knows(request));
  const stack = new SipStack({
    clock,
    user: sw,
    resolver: dns.resolver,
    findAnswerer,
    turns: turnsOfProcess(log),
    connect: hep.ofWire(journal.ofWire(recovery.ofWire(setAside.ofWire(transports.connect)))),
  });
  const listen = () => listenOnNewAddresses(stack, config);
  return {
    stack,
    transports,
    setAside,
    domains: new Domains(config.domains, (host, port) => stack.transport.isOurs(host, port)),
    listen,
    async prepareReload(next) {
      await transports.reload(next);
      await listen();
    },
    async stop() {
      await stack.close();
      transports.stop();
      hep.stop();
    },
  };
}

/** The turns of this process's event loop. What fails in one costs the call it happens in. */
function turnsOfProcess(log: Log): Turns {
  return {
    now: () => performance.now(),
    next(run) {
      setImmediate(() => {
        try {
          run();
        } catch (error) {
          log.error("A new call could not be taken", { error });
        }
      });
    },
  };
}
