/** Counts what each version of each script does. Asked and told for every event, so it is look-ups and additions. */
import { isoTime } from "../base/iso-time.ts";
import type { Invocation } from "../port/sandbox.ts";
import type { FaultReason, ScriptRef } from "../port/script.ts";
import type { ScriptStats, VersionCounts, VersionReport } from "../port/script-stats.ts";
import { Spread } from "./spread.ts";

/** What is recent is a whole number of these, one of them not yet full. */
const SPAN_MS = 10 * 60_000;
/** The script that has done nothing for the longest time is forgotten first. */
const MOST_SCRIPTS = 1_000;
/** The oldest version of a script is forgotten first. */
const MOST_VERSIONS = 32;
/** No fault of the script: the hosts had no room. */
const NOT_ITS_FAULT: FaultReason = "overloaded";

type Counts = { -readonly [Key in keyof VersionCounts]: VersionCounts[Key] };

class VersionStats {
  readonly total = noCounts();
  readonly faults = new Map<FaultReason, number>();
  readonly wall = new Spread();
  readonly cpu = new Spread();
  #span = noCounts();
  #spanBefore = noCounts();
  #spanBegan: number;

  constructor(now: number) {
    this.#spanBegan = now;
  }

  count(what: keyof Counts, now: number): void {
    this.#turn(now);
    this.total[what]++;
    this.#span[what]++;
  }

  recent(now: number): VersionCounts {
    this.#turn(now);
    return sum(this.#span, this.#spanBefore);
  }

  #turn(now: number): void {
    const age = now - this.#spanBegan;
    if (age < SPAN_MS) return;
    this.#spanBefore = age < 2 * SPAN_MS ? this.#span : noCounts();
    this.#span = noCounts();
    this.#spanBegan = now;
  }
}

export class ScriptStatistics implements ScriptStats {
  readonly since: string;
  readonly #now: () => number;
  readonly #scripts = new Map<string, Map<number, VersionStats>>();

  constructor(now: () => number) {
    this.#now = now;
    this.since = isoTime(now());
  }

  invocation({ ref, outcome, wallMs, cpuMs }: Invocation): void {
    const now = this.#now();
    const stats = this.#of(ref, now);
    stats.count("events", now);
    stats.wall.add(wallMs);
    if (cpuMs > 0) stats.cpu.add(cpuMs);
    if (outcome !== "returned") countFault(stats, outcome, now);
  }

  /** A fault that was found in what a handler had returned. */
  badAnswer(ref: ScriptRef, reason: FaultReason): void {
    const now = this.#now();
    countFault(this.#of(ref, now), reason, now);
  }

  callEnded(ref: ScriptRef, hasFailed: boolean): void {
    const now = this.#now();
    const stats = this.#of(ref, now);
    stats.count("calls", now);
    if (hasFailed) stats.count("failedCalls", now);
  }

  counts(ref: ScriptRef): VersionCounts {
    return { ...(this.#find(ref)?.total ?? noCounts()) };
  }

  recent(ref: ScriptRef): VersionCounts {
    return this.#find(ref)?.recent(this.#now()) ?? noCounts();
  }

  report(script: string): readonly VersionReport[] {
    const versions = [...(this.#scripts.get(script) ?? [])].sort(([a], [b]) => b - a);
    return versions.map(([version, { total, faults, wall, cpu }]) => ({
      version,
      ...total,
      faults: Object.fromEntries(faults),
      wallMs: wall.percentiles(),
      cpuMs: cpu.percentiles(),
    }));
  }

  #find(ref: ScriptRef): VersionStats | undefined {
    return this.#scripts.get(ref.script)?.get(ref.version);
  }

  #of(ref: ScriptRef, now: number): VersionStats {
    return this.#find(ref) ?? this.#begin(ref, now);
  }

  #begin({ script, version }: ScriptRef, now: number): VersionStats {
    const versions = this.#scripts.get(script) ?? new Map<number, VersionStats>();
    if (versions.size >= MOST_VERSIONS) versions.delete(Math.min(...versions.keys()));
    const stats = new VersionStats(now);
    versions.set(version, stats);
    // At the end: the script whose last new version was seen first comes first.
    this.#scripts.delete(script);
    this.#scripts.set(script, versions);
    if (this.#scripts.size > MOST_SCRIPTS) {
      const [first] = this.#scripts.keys();
      if (first !== undefined) this.#scripts.delete(first);
    }
    return stats;
  }
}

function countFault(stats: VersionStats, reason: FaultReason, now: number): void {
  stats.faults.set(reason, (stats.faults.get(reason) ?? 0) + 1);
  if (reason === NOT_ITS_FAULT) return;
  stats.count("faults", now);
  if (reason === "timeout") stats.count("timeouts", now);
}

function noCounts(): Counts {
  return { events: 0, faults: 0, timeouts: 0, calls: 0, failedCalls: 0 };
}

function sum(a: VersionCounts, b: VersionCounts): VersionCounts {
  return {
    events: a.events + b.events,
    faults: a.faults + b.faults,
    timeouts: a.timeouts + b.timeouts,
    calls: a.calls + b.calls,
    failedCalls: a.failedCalls + b.failedCalls,
  };
}
