/** `strowger replay`: what another version of a script, or a draft, would have decided in recorded calls. Nothing of it is done. */
import type { Command } from "commander";
import type { CallReplayBody, ReplaySummaryBody } from "../../contract/journal-api.ts";
import { at } from "../api-client.ts";
import { explained } from "../diagnostics.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { formatCallReplay, formatSummary } from "../replay-text.ts";
import { readScript, type ScriptFiles, scriptNameOf } from "../script-files.ts";
import { openSession, type Session } from "../session.ts";

interface ReplayOptions {
  readonly version?: string;
  readonly draft?: string;
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
    .option("--version <version>", "number, tag, latest, active or previous")
    .option("--draft <file-or-folder>", "a script that is not stored, in place of a version")
    .option("--script <name>", "all recorded calls of this script")
    .option("--since <time>", "calls that began then or later: 90m, 1h, 2d, or ISO 8601", "1h")
    .option("--most <count>", "no more calls than this, the newest first")
    .action(async (call: string | undefined, options: ReplayOptions, command: Command) => {
      if ((call === undefined) === (options.script === undefined)) {
        throw new CommandFailure("name one call, or a script with --script", exitCodes.usage);
      }
      const draft = draftOf(options);
      const session = openSession(command);
      const replayed =
        call === undefined ? replayScript(session, draft, options) : replayCall(session, draft, options, call);
      const isSame = await (draft === undefined ? replayed : explained(session.out, draft, replayed));
      if (!isSame) process.exitCode = exitCodes.failed;
    });
}

/** Whether it decides the same. */
async function replayCall(
  { api, out }: Session,
  draft: ScriptFiles | undefined,
  options: ReplayOptions,
  call: string,
): Promise<boolean> {
  const body = codeOf(draft, options);
  const replay = await api.call<CallReplayBody>(at`/v1/calls/${call}/replay`, {
    method: "POST",
    body,
    signal: patience(),
  });
  out.result(replay, () => formatCallReplay(replay));
  return replay.result === "same";
}

async function replayScript(
  { api, out }: Session,
  draft: ScriptFiles | undefined,
  options: ReplayOptions,
): Promise<boolean> {
  const since = momentOf(options.since ?? "1h");
  const most = options.most === undefined ? {} : { most: countOf(options.most) };
  const path = at`/v1/scripts/${options.script ?? ""}/replay`;
  const body = { ...codeOf(draft, options), since, ...most };
  const summary = await api.call<ReplaySummaryBody>(path, { method: "POST", body, signal: patience() });
  out.result(summary, () => formatSummary(summary));
  return summary.different === 0;
}

function draftOf({ version, draft, script }: ReplayOptions): ScriptFiles | undefined {
  if ((version === undefined) === (draft === undefined))
    throw new CommandFailure("say what to run them on: --version or --draft", exitCodes.usage);
  return draft === undefined ? undefined : readScript(draft, script ?? scriptNameOf(draft));
}

function codeOf(draft: ScriptFiles | undefined, { version }: ReplayOptions): object {
  return draft === undefined ? { version } : { draft: { entry: draft.entry, files: draft.files } };
}

function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
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
