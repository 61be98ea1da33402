/** `strowger deploy`: checks, uploads and activates a script, and shows what is wrong with it as a compiler would. */
import { basename, extname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { DiagnosticBody } from "../../contract/problem.ts";
import type { CheckedBody, DeployedBody, ScriptVersionBody } from "../../contract/script-api.ts";
import { at } from "../api-client.ts";
import { diagnosticsOf, formatDiagnostics } from "../diagnostics.ts";
import { CommandFailure } from "../failure.ts";
import { readScript, type ScriptFiles } from "../script-files.ts";
import { openSession, type Session } from "../session.ts";

interface DeployOptions {
  readonly name?: string;
  readonly message?: string;
  readonly tag?: string;
  readonly dryRun?: boolean;
  readonly activate: boolean;
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
    .action(async (path: string, options: DeployOptions, command: Command) => {
      const session = openSession(command);
      const name = options.name ?? basename(resolve(path), extname(path));
      const script = readScript(path, name);
      const body = { entry: script.entry, files: script.files, message: options.message, tag: options.tag };
      try {
        await deploy(session, { name, script, body, options });
      } catch (error) {
        const diagnostics = error instanceof CommandFailure ? diagnosticsOf(error.problem) : [];
        if (diagnostics.length > 0) session.out.note(show(diagnostics, script));
        throw error;
      }
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
  const warn = (diagnostics: readonly DiagnosticBody[]) => {
    if (diagnostics.length > 0) out.note(show(diagnostics, script));
  };
  if (options.dryRun) {
    const checked = await api.call<CheckedBody>(versions, { method: "POST", query: { dryRun: 1 }, body });
    warn(checked.diagnostics);
    out.result(checked, () => `${name} compiles; it handles ${checked.handlers.join(", ")}. Nothing was stored.`);
  } else if (options.activate) {
    const deployed = await api.call<DeployedBody>(at`/v1/scripts/${name}`, { method: "PUT", body });
    warn(deployed.diagnostics);
    out.result(
      deployed,
      () => `${name} version ${deployed.version} is live; it handles ${deployed.handlers.join(", ")}.`,
    );
  } else {
    const stored = await api.call<ScriptVersionBody>(versions, { method: "POST", body });
    warn(stored.diagnostics);
    out.result(stored, () => `${name} version ${stored.version} is stored, and not live.`);
  }
}

/** Paths are shown from the current folder, so that an editor or a terminal can open them. */
function show(diagnostics: readonly DiagnosticBody[], script: ScriptFiles): string {
  return formatDiagnostics(diagnostics, script.files, (file) =>
    Object.hasOwn(script.files, file) ? relative(process.cwd(), join(script.folder, file)) : file,
  );
}
