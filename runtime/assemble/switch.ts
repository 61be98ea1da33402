/** Puts the switch between the engine and the scripts: what its calls need of every other room. */

import type { Config } from "../config/config.ts";
import type { Metrics } from "../observe/metrics.ts";
import { Observer } from "../observe/switch-observer.ts";
import { Authenticator } from "../sip/auth/verify.ts";
import { ProxyCore } from "../sip/proxy/proxy.ts";
import type { Drain } from "../switch/drain.ts";
import { AdmissionControl } from "../switch/guard/admission.ts";
import { IdentityCheck } from "../switch/identity.ts";
import { Liveness } from "../switch/liveness/liveness.ts";
import type { Switch } from "../switch/switch.ts";
import type { AudioRooms } from "./audio.ts";
import { assembleDrain } from "./drain.ts";
import type { EngineRooms } from "./engine.ts";
import type { EventRooms } from "./events.ts";
import type { Ground } from "./ground.ts";
import type { GuardRooms } from "./guard.ts";
import type { JournalRooms } from "./journal.ts";
import type { MessageRooms } from "./messages.ts";
import type { PeopleRooms } from "./people.ts";
import type { PolicyRooms } from "./policies.ts";
import type { PresenceRooms } from "./presence.ts";
import type { Stopping } from "./room.ts";
import type { RunningRooms } from "./running.ts";
import type { ScriptRooms } from "./scripts.ts";
import type { TracingRooms } from "./tracing.ts";
import type { TrunkWatch } from "./trunk-watch.ts";
import type { TrunkRooms } from "./trunks.ts";

export interface SwitchRooms {
  readonly drain: Drain;
  reload(config: Config): void;
  /** Calls that are not kept are hung up. */
  stop(how: Stopping): void;
}

export function assembleSwitch(
  sw: Switch,
  parts: Ground & {
    readonly metrics: Metrics;
    readonly engine: EngineRooms;
    readonly door: GuardRooms;
    readonly people: PeopleRooms;
    readonly audio: AudioRooms;
    readonly presence: PresenceRooms;
    readonly messaging: MessageRooms;
    readonly kept: ScriptRooms;
    readonly trunks: TrunkRooms;
    readonly trunkWatch: TrunkWatch;
    readonly rules: PolicyRooms;
    readonly running: RunningRooms;
    readonly told: EventRooms;
    readonly journal: JournalRooms;
    readonly tracing: TracingRooms;
  },
): SwitchRooms {
  const { config, clock, log, recovery, store, feeds, realm, nonceKey, metrics, engine, door, people, audio } = parts;
  const { presence, messaging, kept, trunks, trunkWatch, rules, running, told, journal, tracing } = parts;
  const { stack, domains } = engine;
  const { users, registrar, keepAlive, routes, directory } = people;
  const { guard } = door;
  const admission = new AdmissionControl(config.limits.calls, clock);
  const liveness = new Liveness(config.liveness, clock);
  const drain = assembleDrain({ clock, log, index: sw.index, feeds, metrics });
  const observer = new Observer({
    log,
    metrics,
    feeds,
    cdrs: store.cdrs,
    now: () => clock.now(),
    concealment: kept.concealment,
    recordStored: (id) => recovery.journal.recordStored(id),
  });
  const identity = new IdentityCheck(
    new Authenticator({ clock, realm, key: nonceKey, algorithms: config.digest }),
    domains,
    (domain, user) => users.byName(domain, user),
    guard,
  );
  sw.connect({
    clock,
    log,
    stack,
    scripts: journal.ofScripts(tracing.ofScripts(running.scripts)),
    observer: journal.ofSwitch(tracing.ofSwitch(observer)),
    directory,
    audio: audio.services,
    subscriptions: presence.subscriptions,
    publications: presence.publications,
    watch: presence.watch,
    journal: recovery.journal,
    messages: messaging.messages,
    texts: messaging.texts,
    events: told.events,
    domains,
    identity,
    registrar,
    registrations: people.tell(told.events, routes),
    ...(keepAlive === undefined ? {} : { keepAlive }),
    routes,
    sessionTerms: config.sip,
    liveness,
    admission,
    guard,
    isBehind: () => running.sandbox.isBehind,
    drain,
    proxy: new ProxyCore({ stack, clock, log, key: nonceKey }),
    policing: rules.policing,
    ownRegistrations: trunkWatch.watched,
    trunks: trunks.services,
    emergency: trunks.emergency,
  });
  return {
    drain,
    reload(next) {
      admission.configure(next.limits.calls);
      liveness.configure(next.liveness);
    },
    stop({ isKept, isHandedOver }) {
      for (const call of isHandedOver ? [] : [...sw.index.calls]) {
        if (!isKept || call.state.answeredAt === null)
          call.guard(() => call.hangUp("switch", "The switch is stopping"));
      }
      recovery.flush();
    },
  };
}
