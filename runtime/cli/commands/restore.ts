/** `strowger restore`: puts a backup in place of the data folder of a switch that does not run. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { BackupProblem } from "../../backup/archive-reader.ts";
import { restoreBackup } from "../../backup/restore.ts";
import { ConfigError } from "../../base/errors.ts";
import { loadConfig } from "../../config/load.ts";
import { inspectDatabase, isDatabaseInUse } from "../../storage/inspect-database.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { Output } from "../output.ts";
import { printable } from "../table.ts";

const CONFIG = "strowger.yaml";

interface RestoreOptions {
  readonly data?: string;
  readonly config?: string;
  readonly force?: true;
}

export function defineRestore(program: Command): void {
  program
    .command("restore")
    .description("put a backup in place of the data folder of a switch that is stopped")
    .argument("<file>", "an archive or a folder that `strowger backup` has made")
    .option("--data <folder>", "the data folder (default: that of the configuration)")
    .option("--config <file>", `the configuration that names it (default: ${CONFIG})`)
    .option("--force", "move aside what is there")
    .action(async (file: string, options: RestoreOptions, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const data = options.data === undefined ? await dataOf(options.config) : resolve(options.data);
      const { manifest, aside, kept } = await restore(file, data, options.force === true);
      const files = manifest.files.length;
      const summary = { data, files, createdAt: manifest.createdAt, with: manifest.with, aside, kept };
      out.result(summary, () =>
        [
          `${printable(data)} is as it was at ${manifest.createdAt}: ${files} files, checked. Start the switch.`,
          ...(aside === null ? [] : [`What was there before is in ${printable(aside)}.`]),
          ...(manifest.with.keys || kept.includes("secret.key")
            ? []
            : ["Secrets of scripts need the key that they were sealed with: put secret.key there, or set them anew."]),
        ].join("\n"),
      );
    });
}

async function restore(file: string, data: string, force: boolean) {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "");
  const checks = { isInUse: isDatabaseInUse, inspect: inspectDatabase };
  try {
    const restored = await restoreBackup(file, data, checks, { force, stamp });
    if (restored.type === "restored") return restored;
    const problem =
      restored.type === "in-use"
        ? "a switch runs on it: stop that one first, or name another folder with --data"
        : "it is not empty: --force moves aside what is there";
    throw new CommandFailure(`cannot restore into ${printable(data)}: ${problem}`, exitCodes.conflict);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof BackupProblem) throw new CommandFailure(`${printable(file)} cannot be restored: ${reason}`);
    throw new CommandFailure(`cannot restore ${printable(file)} into ${printable(data)}: ${reason}`);
  }
}

async function dataOf(config: string | undefined): Promise<string> {
  try {
    return (await loadConfig(config ?? CONFIG, { optional: config === undefined })).data;
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandFailure(error.message, exitCodes.usage);
    throw error;
  }
}
