/** Trunks of the simulated switch: declared once, kept nowhere, their gateways used in the order of their priorities. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { dialledNumber, internationalNumber } from "../numbers/phone-numbers.ts";
import type { FindAnswerer } from "../sip/dialog/account.ts";
import type { Switch } from "../switch/switch.ts";
import { TrunkCredentials } from "../switch/trunks/credentials.ts";
import type { GatewayOrder } from "../switch/trunks/gateway-order.ts";
import { Leases } from "../switch/trunks/leases.ts";
import type { TrunkServices } from "../switch/trunks/trunk-services.ts";
import { type ConfiguredTrunk, Trunks } from "../switch/trunks/trunks.ts";

export interface SimTrunkParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly domain: string;
  readonly sw: Switch;
  readonly declared: readonly ConfiguredTrunk[];
  /** @default by priority, whatever has become of them */
  readonly gateways?: GatewayOrder;
}

export function simTrunks(parts: SimTrunkParts): TrunkServices {
  const { clock, log, domain, sw, declared, gateways = byPriority } = parts;
  const leases = new Leases({ clock, isUp: (call) => sw.index.byName(call) !== undefined });
  const trunks = new Trunks(
    {
      store: { all: async () => [], put: async () => {}, remove: async () => false },
      sealing: { sealText: unsealable, openText: () => undefined },
      log,
      domain,
      configured: declared,
      status: (trunk) => gateways.status(trunk),
      callsOf: (trunk) => leases.count(trunk),
    },
    [],
  );
  return {
    trunks,
    gateways,
    leases,
    plan: { toE164: internationalNumber, toNational: dialledNumber },
    note() {},
    noLine({ name }, detail) {
      log.warn("A call of a trunk was refused: all its lines are taken", { trunk: name, detail });
    },
    credentialsRefused({ name }, { uri }, status) {
      log.warn("A trunk does not take our credentials", { trunk: name, gateway: uri, status });
    },
  };
}

export function answererOf(services: () => TrunkServices | undefined): FindAnswerer {
  return (name) => {
    const account = services()?.trunks.byName(name)?.account ?? null;
    return account === null ? undefined : new TrunkCredentials(account);
  };
}

const NO_ROUTE: readonly string[] = [];

const byPriority: GatewayOrder = {
  order: ({ gateways }) => gateways.toSorted((a, b) => a.priority - b.priority),
  isDown: () => false,
  serviceRoute: () => NO_ROUTE,
  report() {},
  status: () => ({ state: "up", gateways: [], registrations: [] }),
};

function unsealable(): never {
  throw new Error("Nothing is kept by a simulated switch.");
}
