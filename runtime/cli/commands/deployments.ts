/** `strowger deployments`: what of a script was live when, and who made it so, newest first. */
import type { Command } from "commander";
import type { DeploymentBody } from "../../contract/script-api.ts";
import { at } from "../api-client.ts";
import { parseCount } from "../count.ts";
import { openSession } from "../session.ts";

const DEFAULT_LIMIT = 20;

export function defineDeployments(program: Command): void {
  program
    .command("deployments")
    .description("list what of a script was live when, newest first")
    .argument("<script>")
    .option("--limit <count>", "how many at most", parseCount, DEFAULT_LIMIT)
    .action(async (script: string, { limit }: { limit: number }, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<DeploymentBody>(at`/v1/scripts/${script}/deployments`, {}, limit),
        ["ID", "VERSIONS", "REASON", "AUTHOR", "CREATED", "MESSAGE"],
        ({ id, versions, reason, author, createdAt, message }) => [
          id,
          versions.map(({ version, percent }) => `${version} (${percent} %)`).join(" "),
          reason,
          author,
          createdAt,
          message,
        ],
        `Nothing of ${script} was ever live.`,
      );
    });
}
