/** Puts together what tells scripts of things that belong to no call: requests over HTTP, and schedules. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config, ConfiguredRequests, ConfiguredSchedule } from "../config/config.ts";
import { NetworkSet, parseNetwork } from "../contract/network.ts";
import { createScriptEvents } from "../events/script-events.ts";
import type { ScriptRequestDeps } from "../http/script-request/deps.ts";
import type { SwitchFeeds } from "../observe/feeds.ts";
import type { Metrics } from "../observe/metrics.ts";
import { eventObserver } from "../observe/script-fault.ts";
import type { LiveHandlers, Scripts } from "../port/script.ts";
import type { Concealment } from "../port/script-data.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { Store } from "../port/store.ts";
import { createSchedules, type Schedules } from "../schedule/schedules.ts";

/** Of a script that the configuration does not name. */
const REQUESTS: ConfiguredRequests = { token: null, perSecond: 100 };
/** This machine: a proxy in front, behind which everybody is. */
const LOOPBACK = ["127.0.0.0/8", "::1"].flatMap((text) => parseNetwork(text) ?? []);

export interface EventParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly scripts: Scripts & LiveHandlers;
  readonly metrics: Metrics;
  readonly feeds: SwitchFeeds;
  readonly concealment: Concealment;
  readonly domain: string;
}

export interface EventRooms {
  readonly events: ScriptEvents;
  readonly scriptRequests: ScriptRequestDeps;
  readonly schedules: Schedules;
  prepareReload(config: Config): Promise<void>;
  start(): void;
  stop(): void;
}

export async function assembleEvents(parts: EventParts): Promise<EventRooms> {
  const { config, clock, log, store, scripts, metrics, feeds, concealment, domain } = parts;
  const events = createScriptEvents({ scripts, observer: eventObserver({ log, metrics, feeds, concealment }), domain });
  const schedules = await createSchedules({
    clock,
    log,
    store: store.schedules,
    events,
    onResult: (script, result) => metrics.schedules.count(script, result),
    configured: schedulesOf(config),
  });
  const exempt = new NetworkSet([...config.guard.exempt, ...LOOPBACK]);
  let rules = rulesOf(config);
  return {
    events,
    schedules,
    scriptRequests: {
      events,
      rules: (script) => rules.get(script) ?? REQUESTS,
      isExempt: (address) => exempt.has(address),
    },
    async prepareReload(next) {
      rules = rulesOf(next);
      await schedules.replaceConfigured(schedulesOf(next));
    },
    start: () => schedules.start(),
    stop: () => schedules.stop(),
  };
}

function schedulesOf({ scripts }: Config): Readonly<Record<string, readonly ConfiguredSchedule[]>> {
  return Object.fromEntries(scripts.map(({ name, schedules }) => [name, schedules]));
}

function rulesOf({ scripts }: Config): ReadonlyMap<string, ConfiguredRequests> {
  return new Map(scripts.map(({ name, http }) => [name, http]));
}
