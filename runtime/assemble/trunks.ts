/** Puts together the trunks: those that are declared and stored, their lines, and what calls need of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { dialledNumber, internationalNumber } from "../numbers/phone-numbers.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Sealing } from "../port/sealing.ts";
import type { Store } from "../port/store.ts";
import type { FindAnswerer } from "../sip/dialog/account.ts";
import type { LocalDirectory } from "../switch/directory.ts";
import { EmergencyNumbers } from "../switch/emergency.ts";
import type { Switch } from "../switch/switch.ts";
import { TrunkCredentials } from "../switch/trunks/credentials.ts";
import type { GatewayOrder } from "../switch/trunks/gateway-order.ts";
import { Leases } from "../switch/trunks/leases.ts";
import type { Trunk } from "../switch/trunks/trunk.ts";
import { LiveTrunkDirectory } from "../switch/trunks/trunk-directory.ts";
import type { TrunkServices } from "../switch/trunks/trunk-services.ts";
import { createTrunks, type Trunks } from "../switch/trunks/trunks.ts";

/** A carrier that does not know our password says so at each call; the log hears of it once in this time. */
const REFUSED_LOG_MS = 60_000;

export interface TrunkParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly sealing: Sealing;
  readonly domain: string;
  readonly sw: Switch;
  readonly directory: LocalDirectory;
  readonly gateways: GatewayOrder;
  readonly metrics: Metrics;
}

export interface TrunkRooms {
  readonly trunks: Trunks;
  readonly services: TrunkServices;
  readonly emergency: EmergencyNumbers;
  reload(config: Config): void;
}

export async function assembleTrunks(parts: TrunkParts): Promise<TrunkRooms> {
  const { config, clock, log, store, sealing, domain, sw, directory, gateways, metrics } = parts;
  const leases = new Leases({ clock, isUp: (call) => sw.index.byName(call) !== undefined });
  const trunks = await createTrunks({
    store: store.trunks,
    sealing,
    log,
    domain,
    configured: config.trunks,
    status: (trunk) => gateways.status(trunk),
    callsOf: (trunk) => leases.count(trunk),
  });
  const toldAt = new Map<string, number>();
  const services: TrunkServices = {
    trunks,
    gateways,
    leases,
    plan: { toE164: internationalNumber, toNational: dialledNumber },
    note: ({ name }, event) => metrics.trunkCalls.inc({ trunk: name, result: event }),
    credentialsRefused({ name }, { uri }, status) {
      const now = clock.now();
      if (now - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < REFUSED_LOG_MS) return;
      toldAt.set(name, now);
      log.warn("A trunk does not take our credentials: check its username, password and realm", {
        trunk: name,
        gateway: uri,
        status,
      });
    },
  };
  directory.trunks = new LiveTrunkDirectory(services);
  metrics.showTrunkCalls(() => trunks.all.map(({ name }) => ({ trunk: name, calls: leases.count(name) })));
  const emergency = new EmergencyNumbers(config.emergency);
  return {
    trunks,
    services,
    emergency,
    reload(next) {
      trunks.replaceConfigured(next.trunks);
      emergency.replace(next.emergency);
    },
  };
}

/** Who answers the challenges of carriers; the trunks come later than the stack. */
export function trunkAnswerer(find: () => ((name: string) => Trunk | undefined) | undefined): FindAnswerer {
  return (name) => {
    const account = find()?.(name)?.account;
    return account === undefined || account === null ? undefined : new TrunkCredentials(account);
  };
}
