/** Puts the HTTP API together: what it shows of every other room, and whom it lets in. */
import { createBackups } from "../backup/backups.ts";
import type { SharedSocket, SocketName } from "../base/handed-sockets.ts";
import { ownVersion } from "../base/own-version.ts";
import type { Config } from "../config/config.ts";
import type { HttpDeps } from "../http/api.ts";
import { createHttpServer } from "../http/server.ts";
import { createTokenAuthority } from "../http/tokens.ts";
import type { InheritedSockets } from "../sip/transport/inherited.ts";
import type { LiveCalls } from "../switch/call-control.ts";
import { Registrations } from "../switch/registrar/registrations.ts";
import type { AudioRooms } from "./audio.ts";
import { assembleConfigView } from "./config-view.ts";
import { assembleConsole } from "./console.ts";
import type { DeployUpkeep } from "./deploy.ts";
import type { EngineRooms } from "./engine.ts";
import type { EventRooms } from "./events.ts";
import type { Ground } from "./ground.ts";
import type { GuardRooms } from "./guard.ts";
import type { JournalRooms } from "./journal.ts";
import type { MessageRooms } from "./messages.ts";
import type { MetricRooms } from "./metrics.ts";
import type { PeopleRooms } from "./people.ts";
import type { PolicyRooms } from "./policies.ts";
import { assembleRedactions } from "./redactions.ts";
import type { Phase } from "./room.ts";
import type { RunningRooms } from "./running.ts";
import type { ScriptRooms } from "./scripts.ts";
import type { SimulationRooms } from "./simulation.ts";
import { sipAccess } from "./sip-access.ts";
import type { SwitchRooms } from "./switch.ts";
import { declareTokens } from "./tokens.ts";
import type { TrunkRooms } from "./trunks.ts";

export interface ApiRooms {
  /** The file of the generated token, or `null` where the configuration declares tokens. */
  readonly tokenFile: string | null;
  /** Where it listens, once it is started. */
  readonly url: string;
  prepareReload(config: Config): Promise<void>;
  reload(config: Config): void;
  /** Throws `ConfigError` where the address cannot be had. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What listens here, for a process that is to take our place; `null`: nothing does. */
  readonly shared: SharedSocket | null;
}

export async function assembleApi(
  parts: Ground & {
    readonly figures: MetricRooms;
    readonly engine: EngineRooms;
    readonly door: GuardRooms;
    readonly people: PeopleRooms;
    readonly audio: AudioRooms;
    readonly messaging: MessageRooms;
    readonly kept: ScriptRooms;
    readonly trunks: TrunkRooms;
    readonly rules: PolicyRooms;
    readonly calls: LiveCalls;
    readonly upkeep: DeployUpkeep;
    readonly running: RunningRooms;
    readonly trial: SimulationRooms;
    readonly told: EventRooms;
    readonly switching: SwitchRooms;
    readonly journal: JournalRooms;
    readonly phase: Phase;
    readonly reload: HttpDeps["reload"];
    readonly upgrades: HttpDeps["upgrades"];
    /** What the process before has left; absent: nothing. */
    readonly inherited: InheritedSockets | undefined;
  },
): Promise<ApiRooms> {
  const { config, clock, log, store, feeds, figures, engine, door, people, audio, messaging, kept, trunks } = parts;
  const { rules, calls, upkeep, running, trial, told, switching, journal, phase, reload, upgrades } = parts;
  const { inherited } = parts;
  const { metrics } = figures;
  const { mailboxes } = audio.services;
  const { drain } = switching;
  const domain = engine.domains.home;
  const tokens = await createTokenAuthority(store.tokens, clock);
  const tokenFile = await declareTokens(tokens, config);
  const configView = await assembleConfigView({ config, clock });
  const page = await assembleConsole({ config, clock, log, store, tokens });
  const http = createHttpServer({
    deployments: running.scripts,
    calls,
    users: people.users,
    registrations: new Registrations(people.registrar, domain),
    routes: people.routes,
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
    replays: journal.replays({ scripts: running.scripts, environment: kept.environment, metrics }),
    simulations: trial.simulations,
    steered: trial.steered,
    scriptData: kept.data,
    scriptRequests: told.scriptRequests,
    schedules: told.schedules,
    policies: rules.policies,
    guard: door.desk,
    budgets: trunks.budgets,
    redactions: assembleRedactions({
      store,
      domain,
      journal,
      recordings: audio.recordings,
      mailboxes,
      messages: messaging.messages,
    }),
    domain,
    tokens,
    console: page.console,
    config: configView.view,
    sipAccess: (host) => sipAccess(host, engine.stack.transport.listeners, config),
    metrics: () => figures.text(),
    health: {
      ready() {
        if (phase.now !== "running") return { ready: false, reason: phase.now };
        if (drain.isDraining) return { ready: false, reason: "draining" };
        return running.sandbox.readyHosts > 0 ? { ready: true } : { ready: false, reason: "no script host is ready" };
      },
    },
    reload,
    upgrades,
    upgrade: engine.transports.upgrade,
    ...(config.http.listen.tls ? { tls: engine.transports.https } : {}),
    log,
    clock,
  });
  let url = "";
  let listening: SocketName | null = null;
  return {
    tokenFile,
    get url() {
      return url;
    },
    get shared() {
      const { handle } = http;
      return listening === null || handle === null ? null : { name: listening, handle };
    },
    async prepareReload(next) {
      await declareTokens(tokens, next);
      await configView.prepareReload(next);
    },
    reload: page.reload,
    async start() {
      const { address, port, tls } = config.http.listen;
      const at = await http.listen({ host: address, port }, inherited?.server({ transport: "http", address, port }));
      listening = { transport: "http", address, port: at.port };
      engine.transports.hostedBy({ ...at, tls });
      url = `${tls ? "https" : "http"}://${at.host}:${at.port}`;
    },
    async stop() {
      page.stop();
      await http.close();
    },
  };
}
