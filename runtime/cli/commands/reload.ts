/** `strowger reload`: the running switch reads its configuration again. */
import type { Command } from "commander";
import type { ReloadedBody } from "../../contract/resource-api.ts";
import { diagnosticsOf, formatDiagnostics } from "../diagnostics.ts";
import { CommandFailure } from "../failure.ts";
import { openSession } from "../session.ts";

export function defineReload(program: Command): void {
  program
    .command("reload")
    .description("read the configuration again; a bad file changes nothing")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      try {
        const reloaded = await api.call<ReloadedBody>("/v1/reload", { method: "POST" });
        out.result(reloaded, () => ["reloaded", ...reloaded.warnings.map((text) => `warning: ${text}`)].join("\n"));
      } catch (error) {
        const diagnostics = error instanceof CommandFailure ? diagnosticsOf(error.problem) : [];
        if (diagnostics.length > 0) out.note(formatDiagnostics(diagnostics, {}));
        throw error;
      }
    });
}
