/** Reads the configuration again and gives it to all rooms, one reload after the other. */
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { needsRestart } from "./restart-needed.ts";
import { type Room, reloadRooms } from "./room.ts";

/** Throws `ConfigError`, and then nothing has changed. */
export type Reload = () => Promise<{ warnings: readonly string[] }>;

/** `rooms`: in the order in which they are asked whether they can take it over. */
export function createReload(configFile: string, config: Config, rooms: () => readonly Room[]): Reload {
  let last: Promise<unknown> = Promise.resolve();
  const reload: Reload = async () => {
    const next = await loadConfig(configFile, { optional: config.file === null });
    await reloadRooms(rooms(), next);
    return { warnings: needsRestart(config, next) };
  };
  return () => {
    const done = last.then(reload);
    last = done.catch(() => undefined);
    return done;
  };
}
