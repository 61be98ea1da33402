/** `strowger tail`: follows the output of a script, also across a restart of the switch, until it is interrupted. */
import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import type { TailBody } from "../../contract/feed-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure } from "../failure.ts";
import { paint } from "../output.ts";
import { openSession, type Session } from "../session.ts";
import { printable } from "../table.ts";

const RECONNECT_MS = 1_000;
const styles = { debug: "gray", info: "cyan", warn: "yellow", error: "red" } as const;

interface TailOptions {
  readonly level?: string;
  readonly event?: string;
  readonly outcome?: string;
  readonly version?: string;
  readonly sample?: string;
  readonly call?: string;
  readonly search?: string;
}

export function defineTail(program: Command): void {
  program
    .command("tail")
    .description("follow console output, invocations and faults of a script")
    .argument("<script>")
    .option("--level <level>", "log lines of this level and above: debug, info, warn, error")
    .option("--event <name>", "only this event, such as invite")
    .option("--outcome <names>", "only events that ended so, separated by commas: returned, fault, threw, timeout, …")
    .option("--version <number>", "only this version of the script")
    .option("--call <id>", "only this call")
    .option("--search <text>", "only lines and faults with this text")
    .option("--sample <share>", "a share of calls, such as 0.1, and all faults")
    .action(async (script: string, { call, ...filters }: TailOptions, command: Command) => {
      const ended = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
      const query = { ...filters, callId: call };
      await follow(openSession(command), at`/v1/scripts/${script}/tail`, query, ended.signal);
    });
}

/** Prints the entries of a tail until `ended`; `since`: also what is still remembered after this one. */
export async function follow(
  { api, out }: Session,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  ended: AbortSignal,
  since?: string,
): Promise<void> {
  let last = since;
  let hasBegun = false;
  while (!ended.aborted) {
    try {
      const events = await api.events(path, query, last, ended);
      hasBegun = true;
      for await (const { id, data } of events) {
        last = id ?? last;
        // The switch describes its events in the schemas of `contract/`.
        const entry = JSON.parse(data) as TailBody | Dropped;
        out.line(entry, () => formatEntry(entry));
      }
    } catch (error) {
      if (ended.aborted) return;
      // What the switch refuses stays refused; a connection that was up once may come back.
      if (!hasBegun || (error instanceof CommandFailure && error.problem !== undefined)) throw error;
    }
    if (ended.aborted) return;
    out.note("the stream has ended; trying again");
    await wait(RECONNECT_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

interface Dropped {
  readonly type: "dropped";
  readonly count: number;
}

/** An entry as one line for people. */
export function formatEntry(entry: TailBody | Dropped): string {
  switch (entry.type) {
    case "log": {
      const level = paint(styles[entry.level], entry.level.padEnd(5));
      return `${headOf(entry)} ${level} ${printable(entry.text).replaceAll("\n", "\n    ")}`;
    }
    case "invocation":
      return `${headOf(entry)} ${entry.outcome} in ${entry.wallMs.toFixed(1)} ms, CPU ${entry.cpuMs.toFixed(1)} ms`;
    case "fault": {
      const { fault } = entry;
      const place = fault.file === undefined ? "" : ` (${fault.file}:${fault.line ?? 0}:${fault.column ?? 0})`;
      return `${headOf(entry)} ${paint("red", "fault")} ${entry.outcome}: ${printable(fault.message)}${place}`;
    }
    case "deploy": {
      const live = entry.deployment.versions.map(({ version, percent }) => `v${version} ${percent} %`).join(", ");
      return `${timeOf(entry.at)} ${paint("green", entry.deployment.reason)} ${live} by ${printable(entry.deployment.author)}`;
    }
    case "dropped":
      return paint("yellow", `${entry.count} entries were dropped: this terminal was too slow, or away too long`);
  }
}

function headOf(entry: Extract<TailBody, { callId: string | null }>): string {
  const id = entry.callId ?? entry.eventId ?? "-";
  return `${timeOf(entry.at)} v${entry.ref.version} ${printable(id)} ${entry.handler}`;
}

function timeOf(at: string): string {
  return paint("gray", at.slice(11, 23));
}
