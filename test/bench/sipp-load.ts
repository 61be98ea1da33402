/** SIPp as load, on core 1: a caller at a fixed rate, a callee that answers at once, and SIPp's own count of both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "../helpers/child.ts";
import { until } from "../helpers/until.ts";
import { benchDomain } from "./bench-script.ts";
import { isUdpBound } from "./kernel.ts";
import { ports } from "./ports.ts";

const LOAD_CORE = "1";
const BUFFER_BYTES = "4000000";
/** What SIPp gets beyond the time that its calls take. */
const GRACE_SECONDS = 15;

export interface Load {
  readonly scenario: string;
  readonly rate: number;
  readonly seconds: number;
  readonly rows: readonly string[];
}

export interface LoadResult {
  readonly calls: number;
  readonly succeeded: number;
  readonly retransmissions: number;
  /** Wall time. */
  readonly seconds: number;
  /** Mean milliseconds from INVITE to 180, or from a request to its final answer. */
  readonly responseMs: number;
}

export async function runLoad(load: Load): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-sipp-"));
  const [rows, counts] = [join(folder, "rows.csv"), join(folder, "counts.csv")];
  writeFileSync(rows, `SEQUENTIAL\n${load.rows.join("\n")}\n`);
  const calls = Math.round(load.rate * load.seconds);
  const target = [`127.0.0.1:${ports.switch}`, "-inf", rows, "-key", "domain", benchDomain, "-auth_uri", benchDomain];
  const pace = ["-r", String(load.rate), "-m", String(calls), "-l", String(Math.max(2_000, load.rate * 8))];
  const end = ["-timeout", String(Math.ceil(load.seconds + GRACE_SECONDS)), "-deadcall_wait", "0"];
  const start = performance.now();
  const sipp = startSipp(
    load.scenario,
    ports.caller,
    [...target, ...pace, ...end, "-trace_stat", "-fd", "1", "-stf", counts],
    folder,
  );
  await sipp.exited;
  const seconds = (performance.now() - start) / 1000;
  const count = lastCounts(counts, sipp);
  rmSync(folder, { recursive: true, force: true });
  return {
    calls,
    succeeded: Number(count("SuccessfulCall(C)")),
    retransmissions: Number(count("Retransmissions(C)")),
    seconds,
    responseMs: millisecondsOf(count("ResponseTime1(C)")),
  };
}

/** A callee; resolves once it listens. */
export async function startCallee(): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-sipp-"));
  const sipp = startSipp("uas-call", ports.callee, ["-deadcall_wait", "0"], folder);
  await until("SIPp's callee to listen", () => isUdpBound(ports.callee));
  return {
    async stop() {
      await sipp.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A caller whose calls stay up until it is stopped. */
export function startHeldCalls(calls: number, rate: number, rows: readonly string[]): { stop(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "bench-sipp-"));
  const file = join(folder, "rows.csv");
  writeFileSync(file, `SEQUENTIAL\n${rows.join("\n")}\n`);
  const target = [`127.0.0.1:${ports.switch}`, "-inf", file, "-key", "domain", benchDomain, "-auth_uri", benchDomain];
  const pace = ["-r", String(rate), "-m", String(calls), "-l", String(calls)];
  const sipp = startSipp("uac-hold", ports.caller, [...target, ...pace], folder);
  return {
    async stop() {
      if (sipp.running) await sipp.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startSipp(scenario: string, port: number, args: readonly string[], cwd: string): Child {
  const file = join(import.meta.dirname, "sipp", `${scenario}.xml`);
  const socket = ["-i", "127.0.0.1", "-p", String(port), "-t", "u1", "-buff_size", BUFFER_BYTES];
  const command = ["sipp", ...args, "-sf", file, ...socket, "-nostdin", "-timer_resol", "1"];
  return new Child("taskset", ["-c", LOAD_CORE, ...command], { cwd, env: { ...process.env, TERM: "dumb" } });
}

/** The last row of SIPp's statistics, by column name. */
function lastCounts(file: string, sipp: Child): (column: string) => string {
  const lines = readFileSync(file, "latin1").trim().split("\n");
  const names = lines[0]?.split(";") ?? [];
  const values = lines.at(-1)?.split(";") ?? [];
  return (column) => {
    const value = values[names.indexOf(column)];
    if (lines.length < 2 || value === undefined) throw new Error(`SIPp has no ${column}:\n${sipp.output.slice(-2000)}`);
    return value;
  };
}

/** `00:00:00:001234` is hours, minutes, seconds, microseconds. */
function millisecondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0, microseconds = 0] = text.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + microseconds / 1000;
}
