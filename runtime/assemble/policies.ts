/** Puts together what scripts may do: the policies there are, and the switch that keeps them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { countryOfNumber } from "../numbers/phone-numbers.ts";
import { Policies } from "../policy/policies.ts";
import type { Audit, AuditNote } from "../port/audit.ts";
import type { Store } from "../port/store.ts";
import type { Domains } from "../switch/domains.ts";
import { ScriptBounds } from "../switch/originate/script-bounds.ts";
import type { LimitNotice } from "../switch/policy/limit-notices.ts";
import { Policing } from "../switch/policy/policing.ts";
import type { Switch } from "../switch/switch.ts";

export interface PolicyParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly domains: Domains;
  readonly sw: Switch;
  audit(): Pick<Audit, "note">;
}

export interface PolicyRooms {
  readonly policies: Policies;
  readonly policing: Policing;
  /** How many calls each script may begin. */
  readonly bounds: ScriptBounds;
  reload(config: Config): void;
  stop(): Promise<void>;
}

export async function assemblePolicies(parts: PolicyParts): Promise<PolicyRooms> {
  const { config, clock, log, store, domains, sw } = parts;
  const domain = domains.home;
  const policing = new Policing({
    clock,
    log,
    store: store.policies,
    domain,
    index: sw.index,
    countryOf: countryOfNumber,
    timeZone: config.timeZone,
    onLimit: (notice) => {
      const { script, limit, detail, count } = notice;
      log.warn("The policy of a script was kept", { script, limit, detail, count });
      parts.audit().note(auditOf(notice));
    },
  });
  await policing.load();
  const policies = new Policies({ store: store.policies, domain, enforcement: policing });
  await policies.load(config.scripts);
  const bounds = new ScriptBounds(config.limits.originate, clock, (script) => policies.of(script)?.originate ?? {});
  return {
    policies,
    policing,
    bounds,
    reload(next) {
      bounds.configure(next.limits.originate);
      policing.useTimeZone(next.timeZone);
      policies.replaceConfigured(next.scripts);
    },
    stop: () => policing.stop(),
  };
}

function auditOf({ script, limit, detail, count }: LimitNotice): AuditNote {
  const times = count === 1 ? "" : ` (${count} times within a minute, this first)`;
  return {
    actor: "switch",
    action: "policy-limit",
    target: `/v1/scripts/${script}/policy`,
    result: `${limit}: ${detail}${times}`,
    status: limit === "destination" ? 403 : 429,
    problem: "policy-limit",
    source: null,
  };
}
