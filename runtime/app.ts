/** The composition root: makes every room and puts them together. Nothing is decided here. */
import { join } from "node:path";
import { assembleAudio } from "./assemble/audio.ts";
import { callModules } from "./assemble/calls.ts";
import { createClock } from "./assemble/clock.ts";
import { assembleDeploy } from "./assemble/deploy.ts";
import { assembleDns } from "./assemble/dns.ts";
import { assembleDrain } from "./assemble/drain.ts";
import { assembleEvents } from "./assemble/events.ts";
import { assembleFetch } from "./assemble/fetch.ts";
import { deployFirstScript, LastDeployed } from "./assemble/first-script.ts";
import { assembleGuard, turnsOfProcess } from "./assemble/guard.ts";
import { showHealth } from "./assemble/health.ts";
import { assembleHep } from "./assemble/hep.ts";
import { assembleInspect } from "./assemble/inspect.ts";
import { assembleJournal } from "./assemble/journal.ts";
import { dialableAddress, listenOnNewAddresses } from "./assemble/listening.ts";
import { assembleMessages } from "./assemble/messages.ts";
import { assemblePolicies } from "./assemble/policies.ts";
import { assemblePresence, type PresenceRooms } from "./assemble/presence.ts";
import { assembleRecovery } from "./assemble/recovery.ts";
import { assembleRedactions } from "./assemble/redactions.ts";
import { assembleRegistrar } from "./assemble/registrar.ts";
import { needsRestart } from "./assemble/restart-needed.ts";
import { assembleScripts } from "./assemble/scripts.ts";
import { assembleSimulation } from "./assemble/simulation.ts";
import { declareTokens } from "./assemble/tokens.ts";
import { assembleTracing } from "./assemble/tracing.ts";
import { assembleTransports } from "./assemble/transports.ts";
import { assembleTrunkWatch } from "./assemble/trunk-watch.ts";
import { assembleTrunks, type TrunkRooms, trunkAnswerer } from "./assemble/trunks.ts";
import { createBackups } from "./backup/backups.ts";
import type { Log } from "./base/log.ts";
import { ownVersion } from "./base/own-version.ts";
import type { Config } from "./config/config.ts";
import { loadConfig } from "./config/load.ts";
import type { About } from "./contract/about.ts";
import { createDeployments } from "./deploy/deployments.ts";
import { firstAccounts, fixedSettings, prepareFolder } from "./first-start.ts";
import { createHttpServer } from "./http/server.ts";
import { createTokenAuthority } from "./http/tokens.ts";
import { SwitchFeeds } from "./observe/feeds.ts";
import { Metrics } from "./observe/metrics.ts";
import { ScriptObserver } from "./observe/script-observer.ts";
import { Observer } from "./observe/switch-observer.ts";
import { createBroker } from "./sandbox/broker/broker.ts";
import { createSandbox } from "./sandbox/sandbox.ts";
import { Authenticator } from "./sip/auth/verify.ts";
import { ProxyCore } from "./sip/proxy/proxy.ts";
import { SipStack } from "./sip/stack.ts";
import { createTransportCounters } from "./sip/transport/counters.ts";
import { readUdpDrops } from "./sip/transport/udp-drops.ts";
import { openSqliteStore } from "./storage/sqlite.ts";
import { LiveCalls } from "./switch/call-control.ts";
import { LocalDirectory } from "./switch/directory.ts";
import { Domains } from "./switch/domains.ts";
import { AdmissionControl } from "./switch/guard/admission.ts";
import { IdentityCheck } from "./switch/identity.ts";
import { Registrations } from "./switch/registrar/registrations.ts";
import { createRoutes } from "./switch/routes/routes.ts";
import { Switch } from "./switch/switch.ts";
import { createUsers } from "./switch/users/users.ts";

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
}

export interface App {
  /** Listens. Throws `ConfigError` where an address cannot be had. */
  start(): Promise<void>;
  /**
   * `keepCalls`: calls that are up are left to the process that starts next, where the configuration wants that.
   * @default they are hung up
   */
  stop(options?: { readonly keepCalls?: boolean }): Promise<void>;
  /** Reads the configuration again. Throws `ConfigError`, and then nothing has changed. */
  reload(): Promise<{ warnings: readonly string[] }>;
  readonly about: About;
}

export async function createApp({ config, configFile, log, inspectPort }: AppOptions): Promise<App> {
  const clock = createClock(log);
  await prepareFolder(config.data);
  const recovery = assembleRecovery({ config, clock, log });
  const store = await openSqliteStore({ file: join(config.data, "strowger.sqlite"), log });
  const { realm, nonceKey } = await fixedSettings(store.settings, config.domains);

  // The switch
  const sw = new Switch();
  const counters = createTransportCounters();
  const door = await assembleGuard({
    config,
    clock,
    log,
    store,
    around: {
      metrics: () => metrics,
      feeds: () => feeds,
      audit: () => upkeep.audit,
      isTrunk: (address) => lines?.trunks.bySource(address) !== undefined,
      isTrunkContact: (user) => lines?.trunks.byContactUser(user) !== undefined,
      isUser: (name) => users.byName(domains.home, name) !== undefined,
      cutUnheard: () => transports.cutUnheard(),
    },
  });
  const { isExempt, guard } = door;
  const transports = await assembleTransports({ config, clock, log, counters, isExempt, guard });
  const journal = assembleJournal({ config, clock, log });
  const hep = assembleHep({ config, clock, log });
  const tracing = assembleTracing(config);
  let lines: TrunkRooms | null = null;
  const dns = assembleDns({ config, clock, log });
  const stack = new SipStack({
    clock,
    user: sw,
    resolver: dns.resolver,
    findAnswerer: trunkAnswerer(() => lines?.trunks.byName.bind(lines.trunks)),
    turns: turnsOfProcess(log),
    connect: hep.ofWire(journal.ofWire(recovery.ofWire(transports.connect))),
  });
  const domains = new Domains(config.domains, (host, port) => stack.transport.isOurs(host, port));
  const feeds = new SwitchFeeds(() => clock.now());
  const trunkWatch = assembleTrunkWatch({ clock, log, stack, feeds });
  let watchers: Pick<PresenceRooms, "bindingChanged" | "userRemoved"> | null = null;
  const phones = await assembleRegistrar({
    config,
    clock,
    log,
    store: store.bindings,
    stack,
    domains,
    feeds,
    isExempt,
    gruuKey: nonceKey,
  });
  const { registrar, keepAlive } = phones;
  registrar.watch((change) => watchers?.bindingChanged(change));
  registrar.watch((change) => recovery.bindingChanged(change));
  for (const { remoteAddress } of registrar.list()) guard.noteKnown(remoteAddress);
  const users = await createUsers({
    store: store.users,
    domain: domains.home,
    realm,
    configured: config.users,
    isRegistered: (domain, name) => registrar.lookup(domain, name).length > 0,
    onRemoved: (domain, name, mailbox) => {
      void registrar.remove(domain, name);
      watchers?.userRemoved(domain, name);
      messaging.userRemoved(domain, name);
      return audio.voicemail.userRemoved(domain, name, mailbox);
    },
  });
  const lastDeployed = new LastDeployed();
  const routes = await createRoutes({
    store: store.routes,
    log,
    domain: domains.home,
    configured: config.routes,
    scriptWithoutRoutes: () => lastDeployed.script,
  });
  let udpDrops = 0;
  const metrics = new Metrics({
    calls: () => sw.index.size,
    registrations: () => registrar.size,
    udpDrops: () => udpDrops,
    transactions: () => stack.transactions.size,
    transport: () => ({ ...counters, refused: [...counters.refused.values()].reduce((sum, count) => sum + count, 0) }),
    subscriptions: () => subscriptions.size,
    messages: () => messaging.messages.size,
    mediaEndpoints: () => audio.plane.endpoints,
    trunks: () => trunkWatch.watched.figures(),
    loadedVersions: () => scripts.loadedVersions,
    media: () => ({ ...audio.plane.counters(), ...audio.browsers?.counters() }),
  });

  door.showFigures(metrics);

  // What is heard
  const audio = await assembleAudio({ config, clock, log, store, domain: domains.home, users });
  const { mailboxes } = audio.services;
  const directory = new LocalDirectory(users, registrar, domains);
  const presence = assemblePresence({
    config,
    clock,
    log,
    stack,
    sw,
    mailboxes,
    directory,
    isExempt,
    journal: recovery.journal,
  });
  const { subscriptions, publications, watch } = presence;
  watchers = presence;
  const messaging = await assembleMessages({
    config,
    clock,
    log,
    stack,
    store: store.messages,
    directory,
    registrar,
    domain: domains.home,
    isExempt,
  });

  // Scripts
  const kept = await assembleScripts({ config, clock, log, store, domain: domains.home });
  const { concealment, sealing } = kept;
  const trunks = await assembleTrunks({
    config,
    clock,
    log,
    store,
    sealing,
    domain: domains.home,
    sw,
    directory,
    gateways: trunkWatch.watched,
    tell: trunkWatch.tell,
    metrics,
    guard: door.observer,
  });
  lines = trunks;
  const rules = await assemblePolicies({ config, clock, log, store, domains, sw, audit: () => upkeep.audit });
  const calls = new LiveCalls(sw, rules.bounds);
  const web = assembleFetch({ config, clock, dns: dns.forScripts, policies: rules.policies });
  const scriptObserver = new ScriptObserver(feeds, metrics);
  const sandbox = createSandbox({
    limits: config.limits.script,
    operations: createBroker(
      {
        ...audio.modules,
        ...kept.modules,
        ...web.modules,
        ...messaging.modules,
        ...callModules({ calls, users, registrar }),
      },
      log,
    ),
    concealment,
    inspect: inspectPort !== undefined,
    listener: scriptObserver,
    log,
    clock,
  });
  await sandbox.start();
  const inspecting = assembleInspect(sandbox.inspection, inspectPort);
  await kept.loadEnvironments(sandbox);
  for (const { script, createdAt } of await store.scripts.deployments()) lastDeployed.note(script, createdAt);
  const liveCalls = () => [...sw.index.calls].map((call) => call.state);
  const upkeep = assembleDeploy({ config, clock, log, store, stats: metrics.versions, liveCalls });
  const scripts = await createDeployments({
    ...upkeep.options,
    store,
    sandbox,
    log,
    clock,
    environment: kept.environment,
    resumed: recovery.versions,
    onDeployment: (deployment) => {
      lastDeployed.note(deployment.script, deployment.createdAt);
      scriptObserver.deployed(deployment);
      upkeep.deployed(deployment);
    },
  });
  if (lastDeployed.script === undefined) await deployFirstScript(scripts);
  const told = await assembleEvents({
    config,
    clock,
    log,
    store,
    scripts: tracing.ofScripts(scripts),
    metrics,
    feeds,
    concealment,
    domain: domains.home,
  });
  trunkWatch.tellScripts(told.events, scripts);

  const admission = new AdmissionControl(config.limits.calls, clock);
  hep.showIn(metrics);
  showHealth(metrics, { store, clock, dns: dns.outage });
  const drain = assembleDrain({ clock, log, index: sw.index, feeds, metrics });
  sw.connect({
    clock,
    log,
    stack,
    scripts: journal.ofScripts(tracing.ofScripts(scripts)),
    observer: journal.ofSwitch(
      tracing.ofSwitch(
        new Observer({
          log,
          metrics,
          feeds,
          cdrs: store.cdrs,
          now: () => clock.now(),
          concealment,
          recordStored: (id) => recovery.journal.recordStored(id),
        }),
      ),
    ),
    directory,
    audio: audio.services,
    subscriptions,
    publications,
    watch,
    journal: recovery.journal,
    messages: messaging.messages,
    texts: messaging.texts,
    events: told.events,
    domains,
    identity: new IdentityCheck(
      new Authenticator({ clock, realm, key: nonceKey, algorithms: config.digest }),
      domains,
      (domain, user) => users.byName(domain, user),
      guard,
    ),
    registrar,
    registrations: phones.tell(told.events, routes),
    ...(keepAlive === undefined ? {} : { keepAlive }),
    routes,
    sessionTerms: config.sip,
    admission,
    guard,
    isBehind: () => sandbox.isBehind,
    drain,
    proxy: new ProxyCore({ stack, clock, log, key: nonceKey }),
    policing: rules.policing,
    ownRegistrations: trunkWatch.watched,
    trunks: trunks.services,
    emergency: trunks.emergency,
  });

  // The API
  const tokens = await createTokenAuthority(store.tokens, clock);
  const ownToken = await declareTokens(tokens, config);
  const accounts = await firstAccounts(config, users);
  let running: "starting" | "running" | "stopping" = "starting";
  let reloading: Promise<unknown> = Promise.resolve();
  /** What can fail comes first, so that a reload that fails has changed nothing. */
  const reloadOnce = async (): Promise<{ warnings: readonly string[] }> => {
    const next = await loadConfig(configFile, { optional: config.file === null });
    await transports.reload(next);
    await listenOnNewAddresses(stack, config);
    await declareTokens(tokens, next);
    await kept.reload(next);
    await told.reload(next);
    // In one turn: no call sees the new users by the old routes.
    users.replaceConfigured(next.users);
    routes.replaceConfigured(next.routes);
    trunks.reload(next);
    admission.configure(next.limits.calls);
    rules.reload(next);
    door.reload(next);
    presence.reload(next);
    messaging.reload(next);
    dns.reload(next);
    web.reload(next);
    upkeep.replaceConfigured(next);
    await audio.reload(next);
    return { warnings: needsRestart(config, next) };
  };
  const reload = (): Promise<{ warnings: readonly string[] }> => {
    const done = reloading.then(reloadOnce);
    reloading = done.catch(() => undefined);
    return done;
  };
  const trial = assembleSimulation({
    config,
    clock,
    log,
    domain: domains.home,
    scripts,
    environment: kept.environment,
  });
  const http = createHttpServer({
    deployments: scripts,
    calls,
    users,
    registrations: new Registrations(registrar, domains.home),
    routes,
    trunks: trunks.trunks,
    texts: messaging.texts,
    drain,
    backups: createBackups({ data: config.data, store, version: ownVersion(), clock, log }),
    feeds,
    cdrs: store.cdrs,
    audit: upkeep.audit,
    scriptStats: metrics.versions,
    mailboxes,
    recordings: audio.recordings,
    journal: journal.journal,
    replays: journal.replays({ scripts, environment: kept.environment, metrics }),
    simulations: trial.simulations,
    scriptData: kept.data,
    scriptRequests: told.scriptRequests,
    schedules: told.schedules,
    policies: rules.policies,
    guard: door.desk,
    budgets: trunks.budgets,
    redactions: assembleRedactions({
      store,
      domain: domains.home,
      journal,
      recordings: audio.recordings,
      mailboxes,
      messages: messaging.messages,
    }),
    domain: domains.home,
    tokens,
    metrics: async () => {
      udpDrops = await readUdpDrops(stack.transport.listeners.filter(({ transport }) => transport === "udp"));
      return metrics.text();
    },
    health: {
      ready() {
        if (running !== "running") return { ready: false, reason: running };
        if (drain.isDraining) return { ready: false, reason: "draining" };
        return sandbox.readyHosts > 0 ? { ready: true } : { ready: false, reason: "no script host is ready" };
      },
    },
    reload,
    upgrade: transports.upgrade,
    log,
    clock,
  });

  const about: { -readonly [Key in keyof About]: About[Key] } = {
    sip: [],
    domain: "",
    accounts,
    accountsFile: join(config.data, "accounts.json"),
    http: "",
    tokenFile: ownToken,
    inspector: null,
  };
  return {
    about,
    reload: () => upkeep.audited(reload),
    async start() {
      recovery.takeOver(sw, metrics);
      await listenOnNewAddresses(stack, config);
      recovery.proceed(subscriptions);
      const { address, port } = config.http.listen;
      const at = await http.listen({ host: address, port });
      transports.hostedBy(at);
      about.sip = transports.urls();
      about.domain = config.domains[0] ?? dialableAddress(stack.transport.listeners);
      audio.start();
      kept.start();
      upkeep.start();
      told.schedules.start();
      trunkWatch.start(trunks.trunks);
      about.http = `http://${at.host}:${at.port}`;
      about.inspector = await inspecting.start();
      running = "running";
    },
    async stop({ keepCalls = false } = {}) {
      running = "stopping";
      const isKept = keepCalls && recovery.keepsCalls(config);
      for (const call of [...sw.index.calls]) {
        if (!isKept || call.state.answeredAt === null)
          call.guard(() => call.hangUp("switch", "The switch is stopping"));
      }
      recovery.flush();
      told.schedules.stop();
      upkeep.stop();
      messaging.messages.stop();
      await Promise.all([http.close(), trunkWatch.stop()]);
      await stack.close();
      transports.stop();
      hep.stop();
      await scripts.stop();
      await inspecting.stop();
      await sandbox.stop();
      web.stop();
      dns.stop();
      await journal.stop();
      await trial.stop();
      await audio.stop({ isPlaneKept: isKept });
      await kept.stop();
      await rules.stop();
      await trunks.stop();
      await door.stop();
      await store.close();
      recovery.close();
    },
  };
}
