/** SIPp (sip-tester) as caller, as callee and as a phone that registers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { repoRoot } from "./repo-root.ts";
import { until, within } from "./until.ts";

const RUN_WITHIN_MS = 60_000;

export type Scenario = "uac-call" | "uac-reject" | "uac-register-auth" | "uas-call";

export interface SippRun {
  readonly scenario: Scenario;
  /** Local port. */
  readonly port: number;
  readonly calls: number;
  /** @default "udp" */
  readonly transport?: "udp" | "tcp";
}

export interface SippClientRun extends SippRun {
  readonly switchPort: number;
  /** Calls begun in a second. */
  readonly rate: number;
  readonly domain: string;
  /** Fields of each call, used in turn: the number called, or the user and its credentials. */
  readonly rows: readonly string[];
}

/** Runs calls from SIPp to their end; fails, with what SIPp says of them, unless all went as the scenario has it. */
export async function runSippClient(run: SippClientRun): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sipp-"));
  const rows = join(folder, "rows.csv");
  const errors = join(folder, "errors.log");
  writeFileSync(rows, `SEQUENTIAL\n${run.rows.join("\n")}\n`);
  const target = `127.0.0.1:${run.switchPort}`;
  const load = ["-r", String(run.rate), "-inf", rows, "-key", "domain", run.domain, "-auth_uri", run.domain];
  const sipp = startSipp(run, [target, ...load, "-trace_err", "-error_file", errors], folder);
  try {
    const { code } = await within("SIPp to end", sipp.exited, RUN_WITHIN_MS);
    if (code !== 0) throw new Error(`SIPp ended with ${code}:\n${textOf(errors)}\n${sipp.output.slice(-4000)}`);
  } finally {
    if (sipp.running) await sipp.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface SippCallee {
  /** Resolves when all calls have ended as the scenario has it. */
  done(): Promise<void>;
  stop(): Promise<void>;
}

/** A callee that answers at once, ready when this resolves. */
export async function startSippCallee(run: SippRun): Promise<SippCallee> {
  const folder = mkdtempSync(join(tmpdir(), "sipp-"));
  const sipp = startSipp(run, [], folder);
  await until("SIPp to listen", () => isUdpBound(run.port));
  return {
    async done() {
      const { code } = await within("SIPp's callee to end", sipp.exited, RUN_WITHIN_MS);
      if (code !== 0) throw new Error(`SIPp's callee ended with ${code}:\n${sipp.output.slice(-4000)}`);
    },
    async stop() {
      if (sipp.running) await sipp.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** SIPp with a scenario that is a file. */
export function startSippWith(
  scenario: string,
  run: Omit<SippRun, "scenario">,
  args: readonly string[],
  cwd: string,
): Child {
  const socket = run.transport === "tcp" ? "t1" : "u1";
  const where = ["-i", "127.0.0.1", "-p", String(run.port), "-t", socket, "-nostdin"];
  const extent = ["-m", String(run.calls), "-timeout", String(RUN_WITHIN_MS / 1000), "-timeout_error"];
  // SIPp draws its screens with curses even where nobody looks.
  return new Child("sipp", [...args, "-sf", scenario, ...where, ...extent], {
    cwd,
    env: { ...process.env, TERM: "dumb" },
  });
}

function startSipp(run: SippRun, args: readonly string[], cwd: string): Child {
  return startSippWith(join(repoRoot, "test", "bench", "sipp", `${run.scenario}.xml`), run, args, cwd);
}

function isUdpBound(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  return textOf("/proc/net/udp").includes(local);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
