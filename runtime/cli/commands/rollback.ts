/** `strowger rollback`: the deployment before again, or one version. */
import type { Command } from "commander";
import type { DeploymentBody } from "../../contract/script-api.ts";
import { at } from "../api-client.ts";
import { openSession } from "../session.ts";

export function defineRollback(program: Command): void {
  program
    .command("rollback")
    .description("back to the deployment before, or to one version")
    .argument("<script>")
    .argument("[version]", "a number, a tag, or previous")
    .option("--message <text>", "why")
    .action(async (script: string, to: string | undefined, { message }: { message?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const path = at`/v1/scripts/${script}/rollback`;
      const deployment = await api.call<DeploymentBody>(path, { method: "POST", body: { to, message } });
      const live = deployment.versions.map(({ version, percent }) => `version ${version} (${percent} %)`).join(", ");
      out.result(deployment, () => `${script}: ${live} is live.`);
    });
}
