/** The command line: reads the arguments, runs one command, and ends with an exit code that says what happened. */
import { Command, CommanderError } from "commander";
import { ownVersion } from "../base/own-version.ts";
import { defineAudit } from "./commands/audit.ts";
import { defineBackup } from "./commands/backup.ts";
import { defineCall } from "./commands/call.ts";
import { defineCalls } from "./commands/calls.ts";
import { defineCdrs } from "./commands/cdrs.ts";
import { defineCheck } from "./commands/check.ts";
import { defineConsoleUser } from "./commands/console-user.ts";
import { defineDeploy } from "./commands/deploy.ts";
import { defineDeployments } from "./commands/deployments.ts";
import { defineDev } from "./commands/dev.ts";
import { defineDocs } from "./commands/docs.ts";
import { defineDoctor } from "./commands/doctor.ts";
import { defineDrain } from "./commands/drain.ts";
import { defineEnv } from "./commands/env.ts";
import { defineGuard } from "./commands/guard.ts";
import { defineInit } from "./commands/init.ts";
import { defineKv } from "./commands/kv.ts";
import { defineMcp } from "./commands/mcp.ts";
import { defineMessage } from "./commands/message.ts";
import { definePolicy } from "./commands/policy.ts";
import { defineRedact } from "./commands/redact.ts";
import { defineRegistrations } from "./commands/registrations.ts";
import { defineReload } from "./commands/reload.ts";
import { defineReplay } from "./commands/replay.ts";
import { defineRestore } from "./commands/restore.ts";
import { defineRollback } from "./commands/rollback.ts";
import { defineRoutes } from "./commands/routes.ts";
import { defineSchedules } from "./commands/schedules.ts";
import { defineSchema } from "./commands/schema.ts";
import { defineSecret } from "./commands/secret.ts";
import { defineShadow } from "./commands/shadow.ts";
import { defineSimulate } from "./commands/simulate.ts";
import { defineStart } from "./commands/start.ts";
import { defineTail } from "./commands/tail.ts";
import { defineTest } from "./commands/test.ts";
import { defineTrunks } from "./commands/trunks.ts";
import { defineTypes } from "./commands/types.ts";
import { defineUpgrade } from "./commands/upgrade.ts";
import { defineUsers } from "./commands/users.ts";
import { defineVersions } from "./commands/versions.ts";
import { defineVoicemail } from "./commands/voicemail.ts";
import { CommandFailure, exitCodes } from "./failure.ts";
import { Output } from "./output.ts";

const commands = [
  defineStart,
  defineReload,
  defineDoctor,
  defineDrain,
  defineUpgrade,
  defineBackup,
  defineRestore,
  defineInit,
  defineDev,
  defineDocs,
  defineSchema,
  defineMcp,
  defineTypes,
  defineCheck,
  defineTest,
  defineSimulate,
  defineDeploy,
  defineVersions,
  defineDeployments,
  defineRollback,
  defineTail,
  defineReplay,
  defineShadow,
  defineSchedules,
  defineKv,
  defineEnv,
  defineSecret,
  definePolicy,
  defineGuard,
  defineRedact,
  defineCalls,
  defineCall,
  defineMessage,
  defineConsoleUser,
  defineUsers,
  defineRegistrations,
  defineRoutes,
  defineTrunks,
  defineCdrs,
  defineAudit,
  defineVoicemail,
];

const program = new Command("strowger")
  .description("Programmable SIP switch: deploy call-routing scripts, watch and steer calls.")
  .option("--json", "print JSON for programs")
  .option("--url <address>", "address of the switch (default: $STROWGER_URL or http://127.0.0.1:8080)")
  .option("--token <secret>", "token of the API (default: $STROWGER_TOKEN or data/token beside strowger.yaml)")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("Add --help for what there is.")
  .addHelpText("after", "\nExit codes: 0 ok, 1 failed, 2 usage, 3 does not compile, 4 conflict, 5 not allowed.")
  .exitOverride();
for (const define of commands) define(program);
// After a command it is an option of that command: the version of a script.
const names = new Set(program.commands.map((command) => command.name()));
if (!process.argv.some((word) => names.has(word))) program.version(ownVersion());

// What the runtime calls experimental is what this program is built on; all other warnings are printed as ever.
const printers = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") for (const print of printers) print(warning);
});

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
