/** `strowger doctor`: what is wrong with this installation, or soon will be, and what to do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ConfigError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import type { RegistrationBody } from "../../contract/resource-api.ts";
import type { TrunkBody } from "../../contract/trunk-api.ts";
import { checkNode } from "../../doctor/checks/node.ts";
import { examine } from "../../doctor/examine.ts";
import { type Finding, type Level, ok, problem, warning } from "../../doctor/finding.ts";
import { ownerOf } from "../../doctor/machine/port-owner.ts";
import type { LiveSwitch } from "../../doctor/subject.ts";
import { ApiClient } from "../api-client.ts";
import { exitCodes } from "../failure.ts";
import { Output, paint } from "../output.ts";
import { findServer } from "../server-address.ts";
import { printable } from "../table.ts";

const CONFIG = "strowger.yaml";
const ANSWERS_WITHIN_MS = 3_000;
const MOST_LISTED = 1000;
const SWITCH = /switch-process\.(ts|js)/;

interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly url?: string;
  readonly token?: string;
}

export function defineDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look for what keeps the switch, or calls, from working, whether it runs or not; 1: something does")
    .option("--config <file>", `configuration file (default: ${CONFIG})`)
    .action(async (_options: unknown, command: Command) => {
      const options: DoctorOptions = command.optsWithGlobals();
      const out = new Output(options.json === true);
      const findings = await examineAll(options);
      const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
      const counts = { ok: count("ok"), warnings: count("warning"), problems: count("problem") };
      out.result({ ...counts, findings }, () => {
        const total = `${counts.ok} ok, ${counts.warnings} warnings, ${counts.problems} problems`;
        return `${findings.map(describe).join("\n")}\n\n${total}`;
      });
      if (counts.problems > 0) process.exitCode = exitCodes.failed;
    });
}

async function examineAll(options: DoctorOptions): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = await loadConfig(options.config ?? CONFIG, { optional: options.config === undefined });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // All else is looked at by what it says.
    return [...brokenConfig(error), ...checkNode().map((found) => ({ check: "node", ...found }))];
  }
  const { file, users, trunks, routes } = config;
  const what = `${users.length} users, ${trunks.length} trunks, ${routes.length} routes`;
  const read = file === null ? ok(CONFIG, "there is none here: all is default") : ok(file, what);
  const { address, port, tls } = config.http.listen;
  const owner = port === 0 ? null : await ownerOf("tcp", port);
  const pid = owner !== null && SWITCH.test(owner.command) ? owner.pid : null;
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "[::1]" : hostOf(address);
  const reached = await findLive(`${tls ? "https" : "http"}://${host}:${port}`, config, options);
  const findings = await examine({ config, live: reached?.live ?? null, pid, now: Date.now() });
  return [{ check: "config", ...read }, ...(reached?.findings ?? []), ...findings];
}

function brokenConfig({ message, diagnostics }: ConfigError): readonly Finding[] {
  const advice = "correct it: the switch does not start with it, and reload refuses it";
  if (diagnostics.length === 0) return [{ check: "config", ...problem(CONFIG, message, advice) }];
  return diagnostics.map(({ file, line, column, message: what }) => {
    return { check: "config", ...problem(`${file}:${line}:${column}`, what, advice) };
  });
}

/** `undefined`: nobody is there. */
async function findLive(
  own: string,
  config: Config,
  { url, token }: DoctorOptions,
): Promise<{ readonly live: LiveSwitch; readonly findings: readonly Finding[] } | undefined> {
  const env = { STROWGER_URL: own, STROWGER_TOKEN: tokenOf(config), ...definedOnly(process.env) };
  const options = { ...(url === undefined ? {} : { url }), ...(token === undefined ? {} : { token }) };
  const server = findServer(options, env, process.cwd());
  const ready = await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch(
    () => undefined,
  );
  if (ready === undefined) return undefined;
  const api = new ApiClient(server);
  let refusal: string | undefined;
  const list = async <Item>(path: string): Promise<readonly Item[] | null> => {
    try {
      return await api.list<Item>(path, {}, MOST_LISTED);
    } catch (error) {
      refusal ??= error instanceof Error ? error.message : String(error);
      return null;
    }
  };
  const [trunks, phones] = [await list<TrunkBody>("/v1/trunks"), await list<RegistrationBody>("/v1/registrations")];
  const live = { url: server.url, isReady: ready.status === 200, trunks, phones };
  if (refusal === undefined) return { live, findings: [] };
  const said = warning(server.url, `the running switch cannot be asked: ${refusal}`, "name its --url and --token");
  return { live, findings: [{ check: "switch", ...said }] };
}

function tokenOf({ data }: Config): string | undefined {
  try {
    return readFileSync(join(data, "token"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ["STROWGER_URL", "STROWGER_TOKEN"].flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
}

function hostOf(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

const SIGNS = { ok: paint("green", "✓"), warning: paint("yellow", "!"), problem: paint("red", "✗") } as const;
const CHECK_WIDTH = 13;

function describe({ check, level, where, what, advice }: Finding): string {
  const line = `${SIGNS[level]} ${check.padEnd(CHECK_WIDTH)}${printable(where)}: ${printable(what)}`;
  return advice === null ? line : `${line}\n${" ".repeat(CHECK_WIDTH + 2)}→ ${printable(advice)}`;
}
