/** `strowger versions`: what was uploaded of a script, newest first. */
import type { Command } from "commander";
import type { DeploymentBody, ScriptVersionBody } from "../../contract/script-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure } from "../failure.ts";
import { openSession, type Session } from "../session.ts";

export function defineVersions(program: Command): void {
  program
    .command("versions")
    .description("list the versions of a script, newest first")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      const versions = await session.api.list<ScriptVersionBody>(at`/v1/scripts/${script}/versions`);
      const shares = await liveShares(session, script);
      session.out.list(
        versions,
        ["VERSION", "LIVE", "TAG", "CREATED", "AUTHOR", "MESSAGE"],
        ({ version, tag, createdAt, author, message }) => {
          const percent = shares.get(version);
          return [version, percent === undefined ? null : `${percent} %`, tag, createdAt, author, message];
        },
        `${script} has no versions.`,
      );
    });
}

/** The percent of calls that each live version gets. */
async function liveShares({ api }: Session, script: string): Promise<ReadonlyMap<number, number>> {
  try {
    const deployment = await api.call<DeploymentBody>(at`/v1/scripts/${script}/deployment`, { method: "GET" });
    return new Map(deployment.versions.map(({ version, percent }) => [version, percent]));
  } catch (error) {
    if (error instanceof CommandFailure && error.problem?.status === 404) return new Map();
    throw error;
  }
}
