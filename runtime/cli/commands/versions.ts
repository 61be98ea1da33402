/** `strowger versions`: what was uploaded of a script and how it does, newest first. */
import type { Command } from "commander";
import type { DeploymentBody, ScriptVersionBody } from "../../contract/script-api.ts";
import type { ScriptStatsBody } from "../../contract/script-stats-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure } from "../failure.ts";
import { openSession, type Session } from "../session.ts";

type VersionStats = ScriptStatsBody["versions"][number];

const HEADS = ["VERSION", "LIVE", "EVENTS", "FAULTS", "CALLS", "FAILED", "P95 MS", "CPU P99 MS"];

export function defineVersions(program: Command): void {
  program
    .command("versions")
    .description("list the versions of a script with what they did since the switch has started, newest first")
    .argument("<script>")
    .option("--delete <version>", "remove one that nothing needs any more")
    .action(async (script: string, options: { delete?: string }, command: Command) => {
      const session = openSession(command);
      if (options.delete !== undefined) await remove(session, script, options.delete);
      else await list(session, script);
    });
}

async function remove({ api, out }: Session, script: string, version: string): Promise<void> {
  await api.call(at`/v1/scripts/${script}/versions/${version}`, { method: "DELETE" });
  out.result({ script, version }, () => `${script}: version ${version} is removed.`);
}

async function list(session: Session, script: string): Promise<void> {
  const { api, out } = session;
  const versions = await api.list<ScriptVersionBody>(at`/v1/scripts/${script}/versions`);
  const shares = await liveShares(session, script);
  const { versions: all } = await api.call<ScriptStatsBody>(at`/v1/scripts/${script}/stats`, { method: "GET" });
  const stats = new Map(all.map((one) => [one.version, one]));
  out.list(
    versions.map((version) => ({
      ...version,
      percent: shares.get(version.version),
      stats: stats.get(version.version),
    })),
    [...HEADS, "TAG", "CREATED", "AUTHOR", "MESSAGE"],
    ({ version, percent, stats: own, tag, createdAt, author, message }) => {
      const live = percent === undefined ? null : `${percent} %`;
      return [version, live, ...figures(own), tag, createdAt, author, message];
    },
    `${script} has no versions.`,
  );
}

function figures(stats: VersionStats | undefined): (number | null)[] {
  if (stats === undefined) return [null, null, null, null, null, null];
  const faults = Object.values(stats.faults).reduce((sum, count) => sum + count, 0);
  const { events, calls, failedCalls, wallMs, cpuMs } = stats;
  return [events, faults, calls, failedCalls, wallMs?.p95 ?? null, cpuMs?.p99 ?? null];
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
