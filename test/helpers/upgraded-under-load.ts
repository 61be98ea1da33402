/** Upgrades a switch while SIPp calls through it, and sees what becomes of the calls. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { UpgradeView } from "../../runtime/port/upgrade.ts";
import { freePort } from "./free-port.ts";
import { forwardTo, inviteScript } from "./script-source.ts";
import { activeCalls, startLoadCallees, startLoadCallers } from "./sipp-load.ts";
import type { RunningSwitch } from "./switch.ts";
import { until, within } from "./until.ts";
import { upgrade } from "./upgrade.ts";

const TALK_MS = 3_000;
const END_WITHIN_MS = 120_000;

export interface Load {
  /** Calls begun in a second. */
  readonly rate: number;
  readonly seconds: number;
  /** One after the other, while calls begin. */
  readonly upgrades: number;
}

interface SippFigures {
  readonly successful: number;
  readonly failed: number;
}

export interface UpgradedLoad {
  readonly calls: number;
  readonly upgrades: readonly UpgradeView[];
  readonly sipp: { readonly callers: SippFigures; readonly callees: SippFigures };
  /** In the store: all, and those of calls that were answered. */
  readonly records: { readonly all: number; readonly answered: number };
}

export async function upgradeUnderLoad(
  strowger: RunningSwitch,
  { rate, seconds, upgrades }: Load,
): Promise<UpgradedLoad> {
  const calls = rate * seconds;
  const [calleePort, callerPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "upgraded-"));
  await strowger.deploy("main", inviteScript(forwardTo([{ uri: `sip:x@127.0.0.1:${calleePort}` }])));
  const callees = startLoadCallees({ port: calleePort, calls, folder, options: statistics(folder, "callees") });
  const told = { rate, talkMs: TALK_MS, options: statistics(folder, "callers") };
  const callers = startLoadCallers(strowger, { port: callerPort, calls, folder, ...told });
  try {
    const areUp = async () => (await activeCalls(strowger)) > 2 * rate;
    await until("as many calls to be up as there are at a time", areUp, 20_000);
    const views: UpgradeView[] = [];
    for (let index = 0; index < upgrades; index++) views.push(await upgrade(strowger));
    await Promise.all([callers, callees].map((sipp) => within("SIPp to end", sipp.exited, END_WITHIN_MS)));
    await strowger.noCalls();
    // The last records are on their way.
    await until("all records", () => recordsIn(strowger.folder).all >= calls).catch(() => {});
    const sipp = { callers: figuresIn(join(folder, "callers.csv")), callees: figuresIn(join(folder, "callees.csv")) };
    return { calls, upgrades: views, sipp, records: recordsIn(strowger.folder) };
  } finally {
    for (const sipp of [callers, callees]) if (sipp.running) await sipp.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function statistics(folder: string, who: string): string[] {
  return ["-trace_stat", "-fd", "1", "-stf", join(folder, `${who}.csv`)];
}

/** SIPp counts up from row to row. */
function figuresIn(file: string): SippFigures {
  const [heads = "", ...rows] = readFileSync(file, "utf8").trim().split("\n");
  const last = (rows.at(-1) ?? "").split(";");
  const of = (name: string): number => Number(last[heads.split(";").indexOf(name)]);
  return { successful: of("SuccessfulCall(C)"), failed: of("FailedCall(C)") };
}

function recordsIn(folder: string): UpgradedLoad["records"] {
  const db = new DatabaseSync(join(folder, "data", "strowger.sqlite"), { readOnly: true });
  try {
    const count = (where: string): number => {
      const row = db.prepare(`select count(*) as found from cdrs where ${where}`).get();
      return Number(Object.values(row ?? {})[0]);
    };
    return { all: count("true"), answered: count("result = 'answered'") };
  } finally {
    db.close();
  }
}
