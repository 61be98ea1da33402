/** What all rooms stand on: the clock, the folder with the calls of the process before and the store, and what outlives both. */
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Log } from "../base/log.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import type { Config } from "../config/config.ts";
import { fixedSettings, prepareFolder } from "../first-start.ts";
import type { SwitchFeeds } from "../observe/feeds.ts";
import type { Store } from "../port/store.ts";
import { openSqliteStore } from "../storage/sqlite.ts";
import { assembleRecovery, type RecoveryRooms } from "./recovery.ts";

export interface Ground {
  readonly config: Config;
  readonly log: Log;
  readonly clock: TimerWheel;
  readonly recovery: RecoveryRooms;
  readonly store: Store;
  readonly feeds: SwitchFeeds;
  /** Both are fixed at the first start. */
  readonly realm: string;
  readonly nonceKey: string;
  stop(): Promise<void>;
}

/** Throws `ConfigError` where another process has the folder, `StorageError` where it cannot be used. */
export async function layGround(
  parts: Pick<Ground, "config" | "log" | "clock" | "feeds"> & { readonly storageWorker: Worker },
): Promise<Ground> {
  const { config, log, clock, feeds, storageWorker: worker } = parts;
  await prepareFolder(config.data);
  const recovery = assembleRecovery({ config, clock, log });
  const store = await openSqliteStore({ file: join(config.data, "strowger.sqlite"), log, worker });
  return {
    config,
    log,
    clock,
    recovery,
    store,
    feeds,
    ...(await fixedSettings(store.settings, config.domains)),
    async stop() {
      await store.close();
      recovery.close();
    },
  };
}
