/** The composition root: makes every room and puts them together. Nothing is decided here. */
import { join } from "node:path";
import { assembleAudio } from "./assemble/audio.ts";
import { callModules } from "./assemble/calls.ts";
import { assembleDeploy } from "./assemble/deploy.ts";
import { assembleEvents } from "./assemble/events.ts";
import { assembleFetch } from "./assemble/fetch.ts";
import { deployFirstScript, LastDeployed } from "./assemble/first-script.ts";
import { assembleInspect } from "./assemble/inspect.ts";
import { assembleJournal } from "./assemble/journal.ts";
import { assembleLamps } from "./assemble/lamps.ts";
import { dialableAddress, listenOnNewAddresses } from "./assemble/listening.ts";
import { assemblePolicies } from "./assemble/policies.ts";
import { needsRestart } from "./assemble/restart-needed.ts";
import { assembleScripts } from "./assemble/scripts.ts";
import { assembleSimulation } from "./assemble/simulation.ts";
import { declareTokens } from "./assemble/tokens.ts";
import type { Log } from "./base/log.ts";
import { TimerWheel } from "./base/timer-wheel.ts";
import type { Config } from "./config/config.ts";
import { loadConfig } from "./config/load.ts";
import type { About } from "./contract/about.ts";
import { NetworkSet } from "./contract/network.ts";
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
import { SipStack } from "./sip/stack.ts";
import { createTransportCounters } from "./sip/transport/counters.ts";
import { DnsResolver } from "./sip/transport/dns-resolver.ts";
import { TransportLayer } from "./sip/transport/transport-layer.ts";
import { readUdpDrops } from "./sip/transport/udp-drops.ts";
import { openSqliteStore } from "./storage/sqlite.ts";
import { LiveCalls } from "./switch/call-control.ts";
import { LocalDirectory } from "./switch/directory.ts";
import { Domains } from "./switch/domains.ts";
import { AdmissionControl } from "./switch/guard/admission.ts";
import { IdentityCheck } from "./switch/identity.ts";
import type { MessageLamps } from "./switch/presence/message-lamps.ts";
import { Registrar } from "./switch/registrar/registrar.ts";
import { Registrations, viewRegistration } from "./switch/registrar/registrations.ts";
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
  stop(): Promise<void>;
  /** Reads the configuration again. Throws `ConfigError`, and then nothing has changed. */
  reload(): Promise<{ warnings: readonly string[] }>;
  readonly about: About;
}

export async function createApp({ config, configFile, log, inspectPort }: AppOptions): Promise<App> {
  const clock = new TimerWheel();
  await prepareFolder(config.data);
  const store = await openSqliteStore({ file: join(config.data, "strowger.sqlite"), log });
  const { realm, nonceKey } = await fixedSettings(store.settings, config.domains);

  // The switch
  const sw = new Switch();
  const counters = createTransportCounters();
  const exempt = new NetworkSet(config.guard.exempt);
  const journal = assembleJournal({ config, clock, log });
  const stack = new SipStack({
    clock,
    user: sw,
    resolver: new DnsResolver({ clock }),
    connect: journal.ofWire(
      (user) => new TransportLayer({ clock, log, user, counters, isExempt: (address) => exempt.has(address) }),
    ),
  });
  const domains = new Domains(config.domains, (host, port) => stack.transport.isOurs(host, port));
  const feeds = new SwitchFeeds(() => clock.now());
  let lamps: MessageLamps | null = null;
  const registrar = new Registrar({
    store: store.bindings,
    clock,
    log,
    onChange: (change) => {
      lamps?.bindingChanged(change);
      const { what, binding } = change;
      const registration = viewRegistration(binding);
      if (what !== "refreshed") {
        feeds.events.publish({ type: "registration", at: new Date(clock.now()).toISOString(), what, registration });
      }
    },
  });
  await registrar.load();
  const users = await createUsers({
    store: store.users,
    domain: domains.home,
    realm,
    configured: config.users,
    isRegistered: (domain, name) => registrar.lookup(domain, name).length > 0,
    onRemoved: (domain, name, mailbox) => {
      void registrar.remove(domain, name);
      lamps?.userRemoved(domain, name);
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
    registrations: () => registrar.list().length,
    udpDrops: () => udpDrops,
    transactions: () => stack.transactions.size,
    transport: () => ({ ...counters, refused: [...counters.refused.values()].reduce((sum, count) => sum + count, 0) }),
    subscriptions: () => subscriptions.size,
    mediaEndpoints: () => audio.plane.endpoints,
    loadedVersions: () => scripts.loadedVersions,
    media: () => ({ ...audio.plane.counters() }),
  });

  // What is heard
  const audio = await assembleAudio({ config, clock, log, store, domain: domains.home, users });
  const { mailboxes } = audio.services;
  const directory = new LocalDirectory(users, registrar, domains);
  const isExempt = (address: string): boolean => exempt.has(address);
  const presence = assembleLamps({ config, clock, log, stack, mailboxes, directory, isExempt });
  const { subscriptions } = presence;
  lamps = presence.lamps;

  // Scripts
  const kept = await assembleScripts({ config, clock, log, store, domain: domains.home });
  const { concealment } = kept;
  const rules = await assemblePolicies({ config, clock, log, store, domains, sw, audit: () => upkeep.audit });
  const calls = new LiveCalls(sw, rules.bounds);
  const web = assembleFetch({ config, clock, policies: rules.policies });
  const scriptObserver = new ScriptObserver(feeds, metrics);
  const sandbox = createSandbox({
    limits: config.limits.script,
    operations: createBroker(
      { ...audio.modules, ...kept.modules, ...web.modules, ...callModules({ calls, users, registrar }) },
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
    scripts,
    metrics,
    feeds,
    concealment,
    domain: domains.home,
  });

  const admission = new AdmissionControl(config.limits.calls, clock);
  sw.connect({
    clock,
    log,
    stack,
    scripts: journal.ofScripts(scripts),
    observer: journal.ofSwitch(
      new Observer({ log, metrics, feeds, cdrs: store.cdrs, now: () => clock.now(), concealment }),
    ),
    directory,
    audio: audio.services,
    subscriptions,
    domains,
    identity: new IdentityCheck(
      new Authenticator({ clock, realm, key: nonceKey, algorithms: config.digest }),
      domains,
      (domain, user) => users.byName(domain, user),
    ),
    registrar,
    routes,
    admission,
    policing: rules.policing,
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
    await listenOnNewAddresses(stack, config);
    await declareTokens(tokens, next);
    await kept.reload(next);
    await told.reload(next);
    // In one turn: no call sees the new users by the old routes.
    users.replaceConfigured(next.users);
    routes.replaceConfigured(next.routes);
    admission.configure(next.limits.calls);
    rules.reload(next);
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
    domain: domains.home,
    tokens,
    metrics: async () => {
      udpDrops = await readUdpDrops(stack.transport.listeners.filter(({ transport }) => transport === "udp"));
      return metrics.text();
    },
    health: {
      ready() {
        if (running !== "running") return { ready: false, reason: running };
        return sandbox.readyHosts > 0 ? { ready: true } : { ready: false, reason: "no script host is ready" };
      },
    },
    reload,
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
      await listenOnNewAddresses(stack, config);
      const { address, port } = config.http.listen;
      const at = await http.listen({ host: address, port });
      about.sip = stack.transport.listeners.map(({ transport, address, port }) => `${transport}://${address}:${port}`);
      about.domain = config.domains[0] ?? dialableAddress(stack.transport.listeners);
      audio.start();
      kept.start();
      told.schedules.start();
      about.http = `http://${at.host}:${at.port}`;
      about.inspector = await inspecting.start();
      running = "running";
    },
    async stop() {
      running = "stopping";
      for (const call of [...sw.index.calls]) call.guard(() => call.hangUp("switch", "The switch is stopping"));
      told.schedules.stop();
      await http.close();
      await stack.close();
      await scripts.stop();
      await inspecting.stop();
      await sandbox.stop();
      web.stop();
      await journal.stop();
      await trial.stop();
      await audio.stop();
      await kept.stop();
      await rules.stop();
      await store.close();
    },
  };
}
