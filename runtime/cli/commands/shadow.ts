/** `strowger shadow`: a candidate gets the events of live calls, and what it decides is compared and never done. */
import type { Command } from "commander";
import type { ShadowBody } from "../../contract/journal-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { formatShadow } from "../replay-text.ts";
import { openSession } from "../session.ts";

interface ShadowOptions {
  readonly version?: string;
  readonly percent?: string;
  readonly end?: boolean;
}

export function defineShadow(program: Command): void {
  program
    .command("shadow")
    .description("show how a candidate would decide in live calls; --version begins, --end ends")
    .argument("<script>")
    .option("--version <version>", "the candidate: number, tag, latest or previous")
    .option("--percent <share>", "share of new calls, 1 to 100", "100")
    .option("--end", "end it")
    .action(async (script: string, { version, percent = "100", end }: ShadowOptions, command: Command) => {
      const { api, out } = openSession(command);
      const path = at`/v1/scripts/${script}/shadow`;
      if (end === true) {
        await api.call(path, { method: "DELETE" });
        out.result({ script }, () => `${script} has no shadow any more.`);
        return;
      }
      if (!/^\d{1,3}$/.test(percent))
        throw new CommandFailure(`"${percent}" is no share from 1 to 100`, exitCodes.usage);
      const shadow = await api.call<ShadowBody>(
        path,
        version === undefined ? { method: "GET" } : { method: "PUT", body: { version, percent: Number(percent) } },
      );
      out.result(shadow, () => formatShadow(shadow));
    });
}
