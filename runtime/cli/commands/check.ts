/** `strowger check`: what an upload would be checked for, types too, without a switch. */
import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { showDiagnostics } from "../diagnostics.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { Output } from "../output.ts";
import { readScript, scriptNameOf } from "../script-files.ts";

export function defineCheck(program: Command): void {
  program
    .command("check")
    .description("check scripts as an upload would, types too; needs no switch")
    .argument("<file-or-folder...>", "a .ts or .js file, or a folder with index.ts")
    .action(async (paths: readonly string[], _options: unknown, command: Command) => {
      const out = new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);
      const checked = await checkAll(paths, out);
      const bad = checked.filter(({ ok }) => !ok).map(({ path }) => path);
      out.result(checked, () =>
        checked
          .filter(({ ok }) => ok)
          .map(({ path, handlers }) => `${path} is fine; it handles ${handlers.join(", ")}.`)
          .join("\n"),
      );
      // Programs have it all in the result.
      if (bad.length > 0 && out.json) process.exitCode = exitCodes.doesNotCompile;
      else if (bad.length > 0)
        throw new CommandFailure(`cannot be deployed: ${bad.join(", ")}`, exitCodes.doesNotCompile);
    });
}

async function checkAll(paths: readonly string[], out: Output) {
  // Only here: the other commands need not load what builds scripts.
  const { LocalChecks } = await import("../../deploy/local-check.ts");
  const checks = await LocalChecks.open();
  try {
    const checked = [];
    for (const path of paths) {
      const name = scriptNameOf(path);
      const script = readScript(path, name);
      const { handlers, diagnostics } = await checks.check(name, script);
      if (diagnostics.length > 0) out.note(showDiagnostics(diagnostics, script));
      checked.push({ path, ok: diagnostics.every(({ severity }) => severity !== "error"), handlers, diagnostics });
    }
    return checked;
  } catch (error) {
    if (error instanceof AppError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    await checks.close();
  }
}
