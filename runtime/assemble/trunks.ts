/** Puts together the trunks: those that are declared and stored, their lines, and what calls need of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Seldom } from "../base/seldom.ts";
import type { Config } from "../config/config.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Sealing } from "../port/sealing.ts";
import type { Store } from "../port/store.ts";
import type { TrunkNews } from "../port/trunk-news.ts";
import type { FindAnswerer } from "../sip/dialog/account.ts";
import type { LocalDirectory } from "../switch/directory.ts";
import { EmergencyNumbers } from "../switch/emergency.ts";
import type { Budgets, BudgetsParts } from "../switch/policy/budgets.ts";
import type { Switch } from "../switch/switch.ts";
import { TrunkCredentials } from "../switch/trunks/credentials.ts";
import type { GatewayOrder } from "../switch/trunks/gateway-order.ts";
import { Leases } from "../switch/trunks/leases.ts";
import type { Trunk } from "../switch/trunks/trunk.ts";
import { LiveTrunkDirectory } from "../switch/trunks/trunk-directory.ts";
import type { TrunkServices } from "../switch/trunks/trunk-services.ts";
import { createTrunks, type Trunks } from "../switch/trunks/trunks.ts";
import { assembleBudgets, type BudgetRooms } from "./budgets.ts";
import { NUMBER_PLAN } from "./number-plan.ts";

/** A carrier that does not know our password says so at each call, and a full trunk is full for many: told once in this time. */
const TELL_EVERY_MS = 60_000;

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
  /** Of what happens to trunks. */
  tell(news: TrunkNews): void;
  readonly metrics: Metrics;
  /** Who hears of budgets. */
  readonly guard: Pick<BudgetsParts, "tell" | "refused">;
}

export interface TrunkRooms {
  readonly trunks: Trunks;
  readonly services: TrunkServices;
  readonly emergency: EmergencyNumbers;
  readonly budgets: Budgets;
  reload(config: Config): void;
  stop(): Promise<void>;
}

export async function assembleTrunks(parts: TrunkParts): Promise<TrunkRooms> {
  const { config, clock, log, store, sealing, domain, sw, directory, gateways, tell, metrics, guard } = parts;
  let kept: BudgetRooms | null = null;
  const leases = new Leases({
    clock,
    isUp: (call) => sw.index.byName(call) !== undefined,
    released: (holder) => kept?.budgets.left(holder),
  });
  const rooms = await assembleBudgets({ config, clock, log, store, domain, sw, leases, guard });
  const { budgets } = rooms;
  kept = rooms;
  const trunks = await createTrunks({
    store: store.trunks,
    sealing,
    log,
    domain,
    configured: config.trunks,
    status: (trunk) => gateways.status(trunk),
    callsOf: (trunk) => leases.count(trunk),
  });
  const refused = new Seldom(clock, TELL_EVERY_MS);
  const full = new Seldom(clock, TELL_EVERY_MS);
  const services: TrunkServices = {
    trunks,
    gateways,
    leases,
    budgets,
    plan: NUMBER_PLAN,
    note: ({ name }, event) => metrics.trunkCalls.inc({ trunk: name, result: event }),
    noLine({ name }, reason) {
      if (full.isDue(name)) tell({ trunk: name, state: "full", gateway: null, reason, code: null });
    },
    credentialsRefused({ name }, { uri }, status) {
      if (!refused.isDue(name)) return;
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
    budgets,
    stop: () => rooms.stop(),
    reload(next) {
      rooms.reload(next);
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
