/** `strowger drain`: takes the switch out of service without ending a call. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { DrainBody } from "../../contract/operation-api.ts";
import type { ApiClient } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import type { Output } from "../output.ts";
import { openSession } from "../session.ts";
import { formatTable } from "../table.ts";

const PATH = "/v1/drain";
const POLL_MS = 500;
const HEADS = ["ID", "STATE", "FROM", "TO", "SECONDS"];

interface DrainOptions {
  readonly wait?: true;
  readonly timeout?: string;
  readonly undo?: true;
  readonly status?: true;
}

export function defineDrain(program: Command): void {
  program
    .command("drain")
    .description("take no new calls, so that the switch can be stopped without ending one")
    .option("--wait", "until the last call is over")
    .option("--timeout <seconds>", "wait for so long at the most, then fail; calls go on")
    .option("--undo", "take calls again")
    .option("--status", "show whether it is drained, and change nothing")
    .action(async (options: DrainOptions, command: Command) => {
      const seconds = secondsOf(options.timeout);
      if (options.undo === true && (options.wait === true || options.status === true)) {
        throw new CommandFailure("--undo ends a drain: it goes with no other option", exitCodes.usage);
      }
      const { api, out } = openSession(command);
      if (options.undo === true) {
        const drain = await api.call<DrainBody>(PATH, { method: "DELETE" });
        out.result(drain, () => "The switch takes calls again.");
        return;
      }
      const method = options.status === true ? "GET" : "POST";
      const drain = await api.call<DrainBody>(PATH, { method });
      const waits = options.wait === true || seconds !== undefined;
      if (waits) await waitForLast(api, out, drain, seconds);
      else out.result(drain, () => describe(drain));
    });
}

async function waitForLast(api: ApiClient, out: Output, begun: DrainBody, seconds: number | undefined): Promise<void> {
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000;
  let drain = begun;
  let told: number | undefined;
  while (drain.calls > 0) {
    if (!drain.draining) throw new CommandFailure("somebody has ended the drain: the switch takes calls again");
    if (performance.now() >= until) {
      if (out.json) out.result(drain, () => "");
      else out.note(describe(drain));
      throw new CommandFailure(`${numberOf(drain.calls)} still up after ${seconds} s`);
    }
    if (drain.calls !== told && !out.json) out.note(`Waiting for ${numberOf(drain.calls)} ...`);
    told = drain.calls;
    await sleep(Math.min(POLL_MS, Math.max(0, until - performance.now())));
    drain = await api.call<DrainBody>(PATH, { method: "GET" });
  }
  out.result(drain, () => describe(drain));
}

function describe({ draining, since, calls, waitsFor }: DrainBody): string {
  if (!draining) return `The switch takes calls; ${numberOf(calls)} up.`;
  if (calls === 0) return `The switch takes no new calls since ${since}, and has none left: it can be stopped.`;
  const rows = waitsFor.map(({ id, state, from, to, seconds }) => [id, state, from, to, seconds.toFixed(0)]);
  const more = calls > waitsFor.length ? `\n… and ${calls - waitsFor.length} more` : "";
  return `The switch takes no new calls since ${since} and waits for ${numberOf(calls)}:\n\n${formatTable(HEADS, rows)}${more}`;
}

function numberOf(calls: number): string {
  return calls === 1 ? "1 call" : `${calls} calls`;
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 0 && Number.isFinite(seconds)) return seconds;
  throw new CommandFailure(`--timeout is a number of seconds, not "${text}"`, exitCodes.usage);
}
