/** The command line: reads the arguments, runs one command, and ends with an exit code that says what happened. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { defineCalls } from "./commands/calls.ts";
import { defineCdrs } from "./commands/cdrs.ts";
import { defineDeploy } from "./commands/deploy.ts";
import { defineInit } from "./commands/init.ts";
import { defineRegistrations } from "./commands/registrations.ts";
import { defineReload } from "./commands/reload.ts";
import { defineRollback } from "./commands/rollback.ts";
import { defineRoutes } from "./commands/routes.ts";
import { defineStart } from "./commands/start.ts";
import { defineTail } from "./commands/tail.ts";
import { defineUsers } from "./commands/users.ts";
import { defineVersions } from "./commands/versions.ts";
import { defineVoicemail } from "./commands/voicemail.ts";
import { CommandFailure, exitCodes } from "./failure.ts";
import { Output } from "./output.ts";

const commands = [
  defineStart,
  defineReload,
  defineInit,
  defineDeploy,
  defineVersions,
  defineRollback,
  defineTail,
  defineCalls,
  defineUsers,
  defineRegistrations,
  defineRoutes,
  defineCdrs,
  defineVoicemail,
];

const program = new Command("strowger")
  .description("Programmable SIP switch: deploy call-routing scripts, watch and steer calls.")
  .version(ownVersion())
  .option("--json", "print JSON for programs")
  .option("--url <address>", "address of the switch (default: $STROWGER_URL or http://127.0.0.1:8080)")
  .option("--token <secret>", "token of the API (default: $STROWGER_TOKEN or data/token beside strowger.yaml)")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("Add --help for what there is.")
  .addHelpText("after", "\nExit codes: 0 ok, 1 failed, 2 usage, 3 does not compile, 4 conflict, 5 not allowed.")
  .exitOverride();
for (const define of commands) define(program);

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has printed its own message; it ends with 0 after --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (!(error instanceof CommandFailure)) throw error;
  new Output(program.opts<{ json?: boolean }>().json === true).failure(error.message, error.problem);
  return error.exitCode;
}

function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // The manifest of this very package.
  return (JSON.parse(text) as { version: string }).version;
}
