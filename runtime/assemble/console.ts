/** The server's side of the web console, on what is kept and on the page as it was built. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { type Console, createConsole } from "../http/console/console.ts";
import type { Store } from "../port/store.ts";
import type { TokenAuthority } from "../port/token.ts";

const PAGE = join(fileURLToPath(import.meta.url), "..", "..", "console", "dist");

export interface ConsoleRoom {
  readonly console: Console;
  reload(next: Config): void;
  stop(): void;
}

export async function assembleConsole(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly tokens: TokenAuthority;
}): Promise<ConsoleRoom> {
  const { config, store, ...rest } = parts;
  const console = await createConsole({ ...rest, store: store.console, folder: PAGE }, config.console);
  return {
    console,
    reload: (next) => console.configure(next.console),
    stop: () => console.stop(),
  };
}
