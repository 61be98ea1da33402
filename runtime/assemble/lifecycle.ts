/** How the switch as a whole starts, stops, and hands over to another process. */
import { join } from "node:path";
import type { SharedSocket } from "../base/handed-sockets.ts";
import type { About } from "../contract/about.ts";
import type { Account } from "../first-start.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Switch } from "../switch/switch.ts";
import type { LeftBehind } from "../upgrade/child.ts";
import type { ApiRooms } from "./api.ts";
import type { DeployUpkeep } from "./deploy.ts";
import type { EngineRooms } from "./engine.ts";
import type { Ground } from "./ground.ts";
import { dialableAddress } from "./listening.ts";
import type { PresenceRooms } from "./presence.ts";
import type { Reload } from "./reload.ts";
import { type Phase, type Room, startRooms, stopRooms } from "./room.ts";
import type { RunningRooms } from "./running.ts";
import { settled } from "./settled.ts";
import type { Inheritance } from "./take-place.ts";

export interface App {
  /** Listens. Throws `ConfigError` where an address cannot be had. */
  start(): Promise<Started>;
  /**
   * `keepCalls`: calls that are up are left to the process that starts next, where the configuration wants that.
   * @default they are hung up
   */
  stop(options?: { readonly keepCalls?: boolean }): Promise<void>;
  /** Stops, and leaves all to a process that waits for it and has the sockets. */
  handOver(): Promise<LeftBehind>;
  /** What listens here. */
  readonly sockets: readonly SharedSocket[];
  /** Reads the configuration again. Throws `ConfigError`, and then nothing has changed. */
  readonly reload: Reload;
  readonly about: About;
}

export interface Started {
  /** Of the process before. */
  readonly calls: number;
  /** Since when requests are served, in milliseconds since 1970. */
  readonly servesSince: number;
}

export function lifecycle(
  rooms: readonly Room[],
  parts: Ground & {
    readonly sw: Switch;
    readonly metrics: Metrics;
    readonly engine: EngineRooms;
    readonly presence: PresenceRooms;
    readonly running: RunningRooms;
    readonly upkeep: DeployUpkeep;
    readonly api: ApiRooms;
    readonly accounts: readonly Account[];
    readonly phase: Phase;
    readonly reload: Reload;
    /** What the process before has left; absent: nothing, or only what a crash leaves. */
    readonly inheritance: Inheritance | undefined;
  },
): App {
  const { config, clock, recovery, sw, metrics, engine, presence, running, upkeep, api, accounts, phase, inheritance } =
    parts;
  const { stack, transports, setAside } = engine;
  return {
    get about() {
      return {
        sip: transports.urls(),
        domain: config.domains[0] ?? dialableAddress(stack.transport.listeners),
        accounts,
        accountsFile: join(config.data, "accounts.json"),
        http: api.url,
        console: config.console.enabled,
        tokenFile: api.tokenFile,
        inspector: running.inspector,
      };
    },
    get sockets() {
      return [...transports.shared, ...(api.shared === null ? [] : [api.shared])];
    },
    reload: () => upkeep.audited(parts.reload),
    async start() {
      recovery.takeOver(sw, metrics, inheritance?.isHandedOver === true);
      await engine.listen();
      const calls = recovery.proceed(presence.subscriptions);
      const isBusy = (): boolean => stack.isBusy || running.sandbox.isBehind;
      const caughtUp = transports.proceed(inheritance?.held ?? [], isBusy).then(() => Date.now());
      await startRooms(rooms);
      const servesSince = await caughtUp;
      phase.now = "running";
      return { calls, servesSince };
    },
    stop({ keepCalls = false } = {}) {
      phase.now = "stopping";
      return stopRooms(rooms, { isKept: keepCalls && recovery.keepsCalls(config), isHandedOver: false });
    },
    async handOver() {
      phase.now = "stopping";
      // Its requests may take a while, and calls are served meanwhile.
      await api.stop();
      const pausedAt = Date.now();
      setAside.beginnings();
      await settled({ clock, stack, index: sw.index, scripts: running.sandbox });
      setAside.everything();
      const calls = sw.index.size;
      await stopRooms(rooms, { isKept: true, isHandedOver: true });
      return { calls, pausedAt, held: setAside.take() };
    },
  };
}
