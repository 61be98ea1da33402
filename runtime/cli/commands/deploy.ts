/** `strowger deploy`: checks, uploads and activates a script, and shows what is wrong with it as a compiler would. */
import { type Command, InvalidArgumentError } from "commander";
import type { DiagnosticBody } from "../../contract/problem.ts";
import type { CheckedBody, DeployedBody, ScriptVersionBody } from "../../contract/script-api.ts";
import { at } from "../api-client.ts";
import { explained, showDiagnostics } from "../diagnostics.ts";
import { readScript, type ScriptFiles, scriptNameOf } from "../script-files.ts";
import { openSession, type Session } from "../session.ts";

interface DeployOptions {
  readonly name?: string;
  readonly message?: string;
  readonly tag?: string;
  readonly dryRun?: boolean;
  readonly activate: boolean;
  readonly percent?: number;
  readonly typecheck: boolean;
  readonly autoRollback: boolean;
}

export function defineDeploy(program: Command): void {
  program
    .command("deploy")
    .description("check, upload and activate a script")
    .argument("<file-or-folder>", "a .ts or .js file, or a folder with index.ts")
    .option("--name <name>", "name of the script (default: of the file or folder)")
    .option("--message <text>", "what this version is about")
    .option("--tag <tag>", "a name for this version")
    .option("--dry-run", "check only, store nothing")
    .option("--no-activate", "upload only")
    .option("--percent <percent>", "make it live for so many percent of the calls", parsePercent)
    .option("--no-typecheck", "in an emergency: also what has wrong types")
    .option("--no-auto-rollback", "stay with this version also where it does badly")
    .action(async (path: string, options: DeployOptions, command: Command) => {
      const session = openSession(command);
      const name = options.name ?? scriptNameOf(path);
      const script = readScript(path, name);
      const body = { entry: script.entry, files: script.files, message: options.message, tag: options.tag };
      await explained(session.out, script, deploy(session, { name, script, body, options }));
    });
}

interface Deploying {
  readonly name: string;
  readonly script: ScriptFiles;
  readonly body: unknown;
  readonly options: DeployOptions;
}

async function deploy({ api, out }: Session, { name, script, body, options }: Deploying): Promise<void> {
  const versions = at`/v1/scripts/${name}/versions`;
  const typecheck = options.typecheck ? "error" : "off";
  const warn = (diagnostics: readonly DiagnosticBody[]) => {
    if (diagnostics.length > 0) out.note(showDiagnostics(diagnostics, script));
  };
  if (options.dryRun) {
    const checked = await api.call<CheckedBody>(versions, { method: "POST", query: { dryRun: 1, typecheck }, body });
    warn(checked.diagnostics);
    out.result(checked, () => `${name} compiles; it handles ${checked.handlers.join(", ")}. Nothing was stored.`);
  } else if (options.activate) {
    const deployed = await api.call<DeployedBody>(at`/v1/scripts/${name}`, {
      method: "PUT",
      query: { typecheck, percent: options.percent, autoRollback: options.autoRollback ? undefined : 0 },
      body,
    });
    warn(deployed.diagnostics);
    out.result(
      deployed,
      () =>
        `${name} version ${deployed.version} is live${shareOf(deployed)}; it handles ${deployed.handlers.join(", ")}.`,
    );
  } else {
    const stored = await api.call<ScriptVersionBody>(versions, { method: "POST", query: { typecheck }, body });
    warn(stored.diagnostics);
    out.result(stored, () => `${name} version ${stored.version} is stored, and not live.`);
  }
}

function shareOf({ version, live }: DeployedBody): string {
  const percent = live.find((share) => share.version === version)?.percent ?? 100;
  return percent === 100 ? "" : ` for ${percent} % of the calls`;
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (Number.isInteger(percent) && percent >= 1 && percent <= 100) return percent;
  throw new InvalidArgumentError("It is a whole number from 1 to 100.");
}
