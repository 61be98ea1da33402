/**
 * A soak: the real switch under a mixed load for a time. Warmed up, it must not grow; once the load is gone, nothing may be
 * left of it; and no call may have failed on the way.
 */
import { mediaPorts } from "../helpers/udp-ports.ts";
import { until } from "../helpers/until.ts";
import { callLoads } from "./load/calls.ts";
import type { Load, Outcome } from "./load/load.ts";
import { operatorLoads } from "./load/operators.ts";
import { peopleLoads } from "./load/people.ts";
import { transferLoads } from "./load/transfers.ts";
import { voicemailLoads } from "./load/voicemail.ts";
import { wrongRecords } from "./records.ts";
import type { Figures, TimedFigures } from "./sample/figures.ts";
import { HeapReader } from "./sample/heaps.ts";
import { Sampler } from "./sample/sampler.ts";
import { quantities } from "./verdict/quantities.ts";
import { judge, type Row } from "./verdict/verdict.ts";
import { SoakWorld } from "./world.ts";

const MINUTE_MS = 60_000;
/** Nothing is judged before: tables fill up, code is compiled, contacts that are left run out for the first time. */
const WARM_UP_SHARE = 0.3;
/** Transactions are forgotten for the first time. */
const SHORTEST_WARM_UP_MS = 45_000;
const LONGEST_WARM_UP_MS = 5 * MINUTE_MS;
/** Contacts that were left run out within this, transactions sooner. */
const QUIET_WITHIN_MS = 100_000;
const LOOK_AGAIN_MS = 2_000;
const SAMPLES = 120;
const HEAPS = 45;

export interface SoakOptions {
  readonly minutes: number;
  /** Of the usual rates, about 20 calls and 8 other things a second. @default 1 */
  readonly pace?: number;
  /** Megabytes that are leaked in the switch each minute, to see that it is seen. @default 0 */
  readonly leakMB?: number;
  readonly onProgress?: (sample: TimedFigures, outcomes: readonly Outcome[]) => void;
}

export interface Report {
  readonly isSound: boolean;
  readonly minutes: number;
  readonly rows: readonly Row[];
  readonly outcomes: readonly Outcome[];
  /** What is wrong beside that, in words. */
  readonly problems: readonly string[];
}

export async function runSoak(options: SoakOptions): Promise<Report> {
  const { minutes, leakMB = 0 } = options;
  const world = await SoakWorld.start();
  try {
    const heaps = await HeapReader.open(world.strowger);
    try {
      if (leakMB > 0) await heaps.run(leaking(leakMB));
      return await soak(world, heaps, minutes, options);
    } finally {
      heaps.close();
    }
  } finally {
    await world.stop();
  }
}

async function soak(world: SoakWorld, heaps: HeapReader, minutes: number, options: SoakOptions): Promise<Report> {
  const loads = allLoads(world, options.pace ?? 1);
  const samples: TimedFigures[] = [];
  const outcomes = (): readonly Outcome[] => loads.map(({ outcome }) => outcome);
  const ms = minutes * MINUTE_MS;
  const sampler = new Sampler({
    strowger: world.strowger,
    heaps,
    ports: mediaPorts,
    everyMs: ms / SAMPLES,
    heapsEveryMs: ms / HEAPS,
    onSample(sample) {
      samples.push(sample);
      options.onProgress?.(sample, outcomes());
    },
  });
  const before = await sampler.read(true);
  for (const load of loads) load.start();
  sampler.start();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await sampler.stop();
  await Promise.all(loads.map((load) => load.stop()));
  const after = await quiet(sampler, before);
  const warmUpSeconds = Math.max(SHORTEST_WARM_UP_MS, Math.min(ms * WARM_UP_SHARE, LONGEST_WARM_UP_MS)) / 1000;
  const rows = judge({ before, samples: samples.filter(({ seconds }) => seconds >= warmUpSeconds), after }, quantities);
  const { strowger } = world;
  const faults = faultsIn(String((await strowger.api("GET", "/metrics")).body));
  const problems = [...wrongRecords(strowger.folder, outcomes()), ...complaintsOf(strowger.log()), ...faults];
  const isSound =
    problems.length === 0 &&
    rows.every(({ verdict }) => verdict === "flat") &&
    outcomes().every(({ failed }) => failed === 0);
  return { isSound, minutes, rows, outcomes: outcomes(), problems };
}

function allLoads(world: SoakWorld, pace: number): Load[] {
  const kinds = [callLoads, voicemailLoads, transferLoads, peopleLoads, operatorLoads];
  return kinds.flatMap((loadsOf) => loadsOf(world, pace));
}

/** Waits until nothing is left of the load, or for so long that it never will be gone. */
async function quiet(sampler: Sampler, before: Figures): Promise<Figures> {
  const read = async (): Promise<Figures | false> => {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const figures = await sampler.read(false);
    const isLeft = quantities.some(
      ({ name, left }) => left !== null && (figures[name] ?? 0) > (before[name] ?? 0) + left,
    );
    return !isLeft && figures;
  };
  await until("nothing to be left of the load", read, QUIET_WITHIN_MS).catch(() => {});
  return sampler.read(true);
}

/** What the switch itself says went wrong. */
function complaintsOf(log: string): string[] {
  const errors = log.split("\n").filter((line) => /^\{"level":[56]0/.test(line) || line.includes("has died"));
  return [...new Set(errors.map((line) => line.replace(/"time":"[^"]*",?/, "")))].slice(0, 10);
}

/** Of scripts, by their reasons. */
function faultsIn(metrics: string): string[] {
  return metrics.split("\n").filter((line) => line.startsWith("strowger_script_faults_total{"));
}

/** As JavaScript: text that differs, so that nothing of it is shared. */
function leaking(megabytesPerMinute: number): string {
  const perSecond = Math.round((megabytesPerMinute * 1024 * 1024) / 60);
  return `globalThis.leaked = []; setInterval(() => leaked.push(Array.from({ length: ${perSecond} / 16 }, Math.random)), 1000).unref();`;
}
