/** The composition root: makes every room in the order in which they need each other. Nothing is decided here. */
import { assembleApi } from "./assemble/api.ts";
import { assembleAudio } from "./assemble/audio.ts";
import { callModules } from "./assemble/calls.ts";
import { createClock } from "./assemble/clock.ts";
import { assembleDeploy } from "./assemble/deploy.ts";
import { assembleDns } from "./assemble/dns.ts";
import { assembleEngine } from "./assemble/engine.ts";
import { assembleEvents } from "./assemble/events.ts";
import { assembleFetch } from "./assemble/fetch.ts";
import { LastDeployed } from "./assemble/first-script.ts";
import { layGround } from "./assemble/ground.ts";
import { assembleGuard } from "./assemble/guard.ts";
import { showHealth } from "./assemble/health.ts";
import { assembleHep } from "./assemble/hep.ts";
import { assembleJournal } from "./assemble/journal.ts";
import { type App, lifecycle } from "./assemble/lifecycle.ts";
import { assembleMessages } from "./assemble/messages.ts";
import { assembleMetrics } from "./assemble/metrics.ts";
import { assemblePeople } from "./assemble/people.ts";
import { assemblePolicies } from "./assemble/policies.ts";
import { assemblePresence } from "./assemble/presence.ts";
import { createReload } from "./assemble/reload.ts";
import { Phase, type Room } from "./assemble/room.ts";
import { assembleRunning } from "./assemble/running.ts";
import { assembleScripts } from "./assemble/scripts.ts";
import { assembleSimulation } from "./assemble/simulation.ts";
import { assembleSwitch } from "./assemble/switch.ts";
import { takePlace } from "./assemble/take-place.ts";
import { assembleTracing } from "./assemble/tracing.ts";
import { assembleTrunkWatch } from "./assemble/trunk-watch.ts";
import { assembleTrunks, type TrunkRooms, trunkAnswerer } from "./assemble/trunks.ts";
import { assembleUpgrades } from "./assemble/upgrades.ts";
import { warmUp } from "./assemble/warm.ts";
import type { Log } from "./base/log.ts";
import { ownVersion } from "./base/own-version.ts";
import type { Config } from "./config/config.ts";
import { firstAccounts } from "./first-start.ts";
import { SwitchFeeds } from "./observe/feeds.ts";
import { ScriptObserver } from "./observe/script-observer.ts";
import { createTransportCounters } from "./sip/transport/counters.ts";
import { LiveCalls } from "./switch/call-control.ts";
import { Switch } from "./switch/switch.ts";
import type { UpgradeLink } from "./upgrade/child.ts";

export interface AppOptions {
  readonly config: Config;
  /** The file that `reload` reads again. */
  readonly configFile: string;
  readonly log: Log;
  /**
   * The port where debuggers find scripts: for development alone.
   * @default none may be attached
   */
  readonly inspectPort?: number | undefined;
  /**
   * Whoever has started this process, and could start another version beside it.
   * @default nobody could
   */
  readonly parent?: UpgradeLink | null;
  /**
   * Another process of the switch serves until it hands over.
   * @default false
   */
  readonly takesPlace?: boolean;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { config, configFile, log, inspectPort, parent = null, takesPlace = false } = options;
  const sw = new Switch();
  let lines: TrunkRooms | null = null;

  // What is seen of it, and what needs nothing of the data folder
  const clock = createClock(log);
  const feeds = new SwitchFeeds(() => clock.now());
  const counters = createTransportCounters();
  const figures = assembleMetrics(sw, counters, () => ({
    stack,
    registrar: people.registrar,
    subscriptions: presence.subscriptions,
    messages: messaging.messages,
    audio,
    trunkWatch,
    scripts: running.scripts,
  }));
  const { metrics } = figures;
  const observer = new ScriptObserver(feeds, metrics);
  const warm = await warmUp({ config, clock, log, observer, inspectPort });
  const { concealment, plane, certificates, storageWorker } = warm;

  // From here on the folder is ours alone
  const inheritance =
    parent !== null && takesPlace ? await takePlace({ config, log, builder: warm.builder, place: parent }) : undefined;
  const inherited = inheritance?.sockets;
  const ground = await layGround({ config, log, clock, feeds, storageWorker });
  const { recovery, store } = ground;
  const liveCalls = () => [...sw.index.calls].map((call) => call.state);
  const upkeep = assembleDeploy({ ...ground, stats: metrics.versions, liveCalls });
  const audit = () => upkeep.audit;
  const journal = assembleJournal(ground);
  const hep = assembleHep(ground);
  const tracing = assembleTracing(config);

  // SIP
  const door = await assembleGuard({
    ...ground,
    around: {
      metrics: () => metrics,
      feeds: () => feeds,
      audit,
      isTrunk: (address) => lines?.trunks.bySource(address) !== undefined,
      isTrunkContact: (user) => lines?.trunks.byContactUser(user) !== undefined,
      isUser: (name) => people.users.byName(domain, name) !== undefined,
      cutUnheard: () => engine.transports.cutUnheard(),
    },
  });
  const { isExempt, guard } = door;
  const dns = assembleDns(ground);
  const findAnswerer = trunkAnswerer(() => lines?.trunks.byName.bind(lines.trunks));
  const taps = { journal, hep };
  const ends = { certificates, inherited };
  const engine = assembleEngine({ ...ground, sw, counters, door, dns, ...taps, findAnswerer, ...ends });
  const { stack, domains } = engine;
  const domain = domains.home;
  const trunkWatch = assembleTrunkWatch({ ...ground, stack });

  // Who there is, and what is heard and shown
  const lastDeployed = new LastDeployed();
  const people = await assemblePeople({
    ...ground,
    stack,
    domains,
    guard,
    isExempt,
    lastDeployed,
    onUserRemoved(of, name, mailbox) {
      presence.userRemoved(of, name);
      messaging.userRemoved(of, name);
      return audio.voicemail.userRemoved(of, name, mailbox);
    },
  });
  const { users, registrar, directory } = people;
  const audio = await assembleAudio({ ...ground, domain, users, plane });
  const { mailboxes } = audio.services;
  const presence = assemblePresence({
    ...ground,
    stack,
    sw,
    mailboxes,
    directory,
    isExempt,
    journal: recovery.journal,
  });
  registrar.watch((change) => presence.bindingChanged(change));
  const messaging = await assembleMessages({
    ...ground,
    stack,
    store: store.messages,
    directory,
    registrar,
    domain,
    isExempt,
  });

  // Scripts
  const kept = await assembleScripts({ ...ground, domain, concealment });
  const { sealing, environment } = kept;
  const trunks = await assembleTrunks({
    ...ground,
    sealing,
    domain,
    sw,
    directory,
    gateways: trunkWatch.watched,
    tell: trunkWatch.tell,
    metrics,
    guard: door.observer,
  });
  lines = trunks;
  const rules = await assemblePolicies({ ...ground, domains, sw, audit });
  const calls = new LiveCalls(sw, rules.bounds);
  const web = assembleFetch({ ...ground, dns: dns.forScripts, policies: rules.policies });
  const modules = {
    ...audio.modules,
    ...kept.modules,
    ...web.modules,
    ...messaging.modules,
    ...callModules({ calls, users, registrar }),
  };
  const running = await assembleRunning({ ...ground, warm, kept, upkeep, lastDeployed, modules, inspectPort });
  const { scripts } = running;
  const told = await assembleEvents({
    ...ground,
    scripts: tracing.ofScripts(scripts),
    metrics,
    concealment,
    domain,
  });
  trunkWatch.tellScripts(told.events, scripts);

  // Calls, and the API
  const trial = assembleSimulation({ ...ground, domain, scripts, environment });
  const around = { ...ground, engine, door, people, audio, messaging, kept, trunks, rules, running, told, journal };
  const switching = assembleSwitch(sw, { ...around, metrics, presence, trunkWatch, tracing });
  door.showFigures(metrics);
  hep.showIn(metrics);
  showHealth(metrics, { ...ground, dns: dns.outage });
  const accounts = await firstAccounts(config, users);
  const phase = new Phase();
  // A certificate that cannot be used is found before anything has changed.
  const reload = createReload(configFile, config, () => [engine, ...rooms.filter((room) => room !== engine)]);
  const api = await assembleApi({
    ...around,
    figures,
    calls,
    upkeep,
    trial,
    switching,
    phase,
    reload,
    upgrades: assembleUpgrades(parent, ownVersion()),
    inherited,
  });
  /** Whoever talks to others by themselves: both say goodbye at the same time. */
  const outside: Room = {
    prepareReload: (next) => api.prepareReload(next),
    reload: (next) => api.reload(next),
    async start() {
      await api.start();
      trunkWatch.start(trunks.trunks);
    },
    async stop({ isHandedOver }) {
      // Whoever takes our place registers with trunks anew; the API has ended before.
      if (!isHandedOver) await Promise.all([api.stop(), trunkWatch.stop()]);
    },
  };

  /** Each stands on those before it. */
  const rooms: readonly Room[] = [
    ...[ground, door, trunks, rules, kept, audio, people, presence, trial, journal, dns, web, running, engine],
    ...[outside, messaging, upkeep, told, switching],
  ];
  const whole = { ...around, sw, metrics, presence, upkeep, api, accounts, phase, reload, inheritance };
  return lifecycle(rooms, whole);
}
