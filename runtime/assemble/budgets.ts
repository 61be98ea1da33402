/** Puts the budgets of users and trunks together. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { countryOfNumber } from "../numbers/phone-numbers.ts";
import type { Store } from "../port/store.ts";
import { Budgets, type BudgetsParts } from "../switch/policy/budgets.ts";
import { Policing } from "../switch/policy/policing.ts";
import type { Switch } from "../switch/switch.ts";
import type { Leases } from "../switch/trunks/leases.ts";

export interface BudgetRooms {
  readonly budgets: Budgets;
  reload(config: Config): void;
  stop(): Promise<void>;
}

export async function assembleBudgets(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "policies">;
  readonly domain: string;
  readonly sw: Switch;
  readonly leases: Leases;
  readonly guard: Pick<BudgetsParts, "tell" | "refused">;
}): Promise<BudgetRooms> {
  const { config, clock, log, store, domain, sw, leases, guard } = parts;
  const callOf = (holder: string) => {
    const call = leases.callOf(holder);
    return call === undefined ? undefined : sw.index.byName(call);
  };
  const gates = new Policing({
    clock,
    log,
    store: store.policies,
    domain,
    index: { calls: [], byName: callOf },
    countryOf: countryOfNumber,
    timeZone: config.timeZone,
    // The budgets tell of it, in words of their own.
    onLimit() {},
  });
  await gates.load();
  const budgets = new Budgets(
    {
      clock,
      gates,
      calendar: () => gates.calendar,
      tell: (news) => guard.tell(news),
      refused: (reason, source) => guard.refused(reason, source),
      hangUp(holder) {
        const call = callOf(holder);
        call?.guard(() => call.hangUp("switch", "The budget is used up"));
      },
    },
    config.guard.budgets,
  );
  return {
    budgets,
    reload(next) {
      gates.useTimeZone(next.timeZone);
      budgets.configure(next.guard.budgets);
    },
    stop() {
      budgets.stop();
      return gates.stop();
    },
  };
}
