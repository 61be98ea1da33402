/** `strowger start`: runs the switch in this process, as `npm start` does. */
import type { Command } from "commander";

export function defineStart(program: Command): void {
  program
    .command("start")
    .description("run the switch")
    .option("--config <file>", "configuration file (default: strowger.yaml)")
    .action(async (options: { config?: string }) => {
      // The switch reads its own command line, so it gets one without the name of this command.
      process.argv.splice(
        2,
        process.argv.length,
        ...(options.config === undefined ? [] : ["--config", options.config]),
      );
      await import("../../main.ts");
    });
}
