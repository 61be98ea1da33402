/** `strowger guard`: who is banned, who never is, and the budgets of users and trunks. */
import type { Command } from "commander";
import type {
  AllowedSourcesBody,
  BanBody,
  BansBody,
  BudgetUsesBody,
  GuardStatusBody,
} from "../../contract/guard-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { formatTable } from "../table.ts";

const SECONDS_OF_MINUTE = 60;

export function defineGuard(program: Command): void {
  const guard = program.command("guard").description("what is heard of strangers: bans, limits, budgets");
  guard
    .command("status", { isDefault: true })
    .description("show what was refused")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const status = await api.call<GuardStatusBody>("/v1/guard", { method: "GET" });
      out.result(status, () => describe(status));
    });
  defineBans(guard);
  defineAllowed(guard);
  guard
    .command("budgets")
    .description("show what users and trunks have used of their budgets")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<BudgetUsesBody>("/v1/guard/budgets", { method: "GET" });
      const rows = body.items.map(({ of, name, calls, callsToday, minutesToday, isNight }) => [
        of,
        name,
        String(calls),
        String(callsToday),
        minutesToday.toFixed(1),
        isNight ? "night" : "day",
      ]);
      const heads = ["OF", "NAME", "UP", "CALLS TODAY", "MINUTES TODAY", "RULES"];
      out.result(body, () => (rows.length === 0 ? "No budget was used." : formatTable(heads, rows)));
    });
}

function defineBans(guard: Command): void {
  guard
    .command("bans")
    .description("list the sources that are not heard")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<BansBody>("/v1/guard/bans", { method: "GET" });
      const rows = body.items.map(({ source, until, by, offences, reason }) => [
        source,
        until ?? "lifted",
        by,
        String(offences),
        reason,
      ]);
      const heads = ["SOURCE", "UNTIL", "BY", "TIMES", "REASON"];
      out.result(body, () => (rows.length === 0 ? "Nobody is banned." : formatTable(heads, rows)));
    });
  guard
    .command("ban")
    .description("hear nothing of a source any more")
    .argument("<source>", "an address, or a network such as 192.0.2.0/24")
    .option("--minutes <count>", "for so long; without it until it is lifted")
    .option("--reason <text>", "why")
    .action(async (source: string, options: { minutes?: string; reason?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const seconds = secondsOf(options.minutes);
      const reason = options.reason === undefined ? {} : { reason: options.reason };
      const body = { source, seconds, ...reason };
      const ban = await api.call<BanBody>("/v1/guard/bans", { method: "POST", body });
      out.result(ban, () => `${ban.source} is banned until ${ban.until ?? "the ban is lifted"}.`);
    });
  guard
    .command("lift")
    .description("lift a ban")
    .argument("<source>", "as `guard bans` shows it")
    .action(async (source: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/guard/bans/${source}`, { method: "DELETE" });
      out.result({ source }, () => `${source} is heard again.`);
    });
}

function defineAllowed(guard: Command): void {
  guard
    .command("allowed")
    .description("list the sources that are never banned")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<AllowedSourcesBody>("/v1/guard/allowed", { method: "GET" });
      const rows = body.items.map(({ source, by, since, reason }) => [source, by, since, reason]);
      const heads = ["SOURCE", "BY", "SINCE", "REASON"];
      out.result(body, () => (rows.length === 0 ? "The list is empty." : formatTable(heads, rows)));
    });
  guard
    .command("allow")
    .description("never ban a source")
    .argument("<source>", "an address or a network")
    .option("--reason <text>", "why")
    .action(async (source: string, { reason }: { reason?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const body = { source, ...(reason === undefined ? {} : { reason }) };
      const allowed = await api.call<{ source: string }>("/v1/guard/allowed", { method: "POST", body });
      out.result(allowed, () => `${allowed.source} is never banned.`);
    });
  guard
    .command("disallow")
    .description("treat a source as any other again")
    .argument("<source>")
    .action(async (source: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/guard/allowed/${source}`, { method: "DELETE" });
      out.result({ source }, () => `${source} is like any other.`);
    });
}

function describe({ bans, sources, knownSources, refused }: GuardStatusBody): string {
  const reasons = Object.entries(refused).map(([reason, count]) => `refused        ${reason}: ${count}`);
  return [
    `bans           ${bans}`,
    `sources        ${sources} strangers are remembered`,
    `known sources  ${knownSources}`,
    ...reasons,
  ].join("\n");
}

function secondsOf(minutes: string | undefined): number | null {
  if (minutes === undefined) return null;
  const seconds = Number(minutes) * SECONDS_OF_MINUTE;
  if (seconds >= 1) return Math.round(seconds);
  throw new CommandFailure(`--minutes is a number above 0, not "${minutes}"`, exitCodes.usage);
}
