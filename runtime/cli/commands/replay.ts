/** `strowger replay`: what another version of a script would have decided in calls that were recorded. Nothing of it is done. */
import type { Command } from "commander";
import type { CallReplayBody, ReplaySummaryBody } from "../../contract/journal-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { formatCallReplay, formatSummary } from "../replay-text.ts";
import { openSession } from "../session.ts";

interface ReplayOptions {
  readonly version: string;
  readonly script?: string;
  readonly since?: string;
  readonly most?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The switch gives a replay a minute. */
const PATIENCE_MS = 120_000;

export function defineReplay(program: Command): void {
  program
    .command("replay")
    .description("run recorded calls again on another version of their script; exit code 1 where it decides otherwise")
    .argument("[call]", "one call; without it, --script and --since say which")
    .requiredOption("--version <version>", "number, tag, latest, active or previous")
    .option("--script <name>", "all recorded calls of this script")
    .option("--since <time>", "calls that began then or later: 90m, 1h, 2d, or ISO 8601", "1h")
    .option("--most <count>", "no more calls than this, the newest first")
    .action(async (call: string | undefined, options: ReplayOptions, command: Command) => {
      const { api, out } = openSession(command);
      const { version } = options;
      const signal = AbortSignal.timeout(PATIENCE_MS);
      if ((call === undefined) === (options.script === undefined)) {
        throw new CommandFailure("name one call, or a script with --script", exitCodes.usage);
      }
      if (call !== undefined) {
        const path = at`/v1/calls/${call}/replay`;
        const replay = await api.call<CallReplayBody>(path, { method: "POST", body: { version }, signal });
        out.result(replay, () => formatCallReplay(replay));
        if (replay.result === "different") process.exitCode = exitCodes.failed;
        return;
      }
      const since = momentOf(options.since ?? "1h");
      const most = options.most === undefined ? {} : { most: countOf(options.most) };
      const path = at`/v1/scripts/${options.script ?? ""}/replay`;
      const body = { version, since, ...most };
      const summary = await api.call<ReplaySummaryBody>(path, { method: "POST", body, signal });
      out.result(summary, () => formatSummary(summary));
      if (summary.different > 0) process.exitCode = exitCodes.failed;
    });
}

function momentOf(text: string): string {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNIT_MS[unit] ?? 0);
  if (Number.isNaN(ms))
    throw new CommandFailure(`"${text}" is no time: write 90m, 1h, 2d, or ISO 8601`, exitCodes.usage);
  return new Date(ms).toISOString();
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CommandFailure(`"${text}" is no count from 1 to 1000`, exitCodes.usage);
}
