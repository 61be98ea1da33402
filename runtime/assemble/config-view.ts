/** Keeps the configuration as it was read last, explained. The file may have changed since: that is not in force yet. */
import { readFile } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Config } from "../config/config.ts";
import { type ExplainedConfig, explainConfig } from "../config/explain.ts";
import type { ConfigView } from "../port/config-view.ts";
import { needsRestart } from "./restart-needed.ts";

export interface ConfigViewRoom {
  readonly view: ConfigView;
  /** After the file has been read again and found good. */
  prepareReload(next: Config): Promise<void>;
}

export async function assembleConfigView({
  config,
  clock,
}: {
  readonly config: Config;
  readonly clock: Pick<Clock, "now">;
}): Promise<ConfigViewRoom> {
  let shown = { config, explained: await explain(config), readAt: isoTime(clock.now()) };
  return {
    view: {
      read: () => ({
        file: shown.config.file,
        readAt: shown.readAt,
        ...shown.explained,
        warnings: needsRestart(config, shown.config),
      }),
    },
    async prepareReload(next) {
      shown = { config: next, explained: await explain(next), readAt: isoTime(clock.now()) };
    },
  };
}

async function explain({ file }: Config): Promise<ExplainedConfig> {
  const text = file === null ? "" : await readFile(file, "utf8");
  return explainConfig(text, file ?? "", process.env);
}
