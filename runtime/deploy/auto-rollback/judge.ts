/** Whether a new version does so much worse than the one before it that the switch should go back. Figures in, verdict out. */
import type { VersionCounts } from "../../port/script-stats.ts";

export interface RollbackPolicy {
  /** How long after its deployment a version is watched. */
  readonly withinMs: number;
  /** Events, or ended calls, before a rate counts. */
  readonly minSample: number;
  /** How many percentage points a rate may lie above the one before. */
  readonly marginPercent: number;
}

export interface Candidate {
  readonly version: number;
  /** Since it was deployed. */
  readonly counts: VersionCounts;
  /** Whether the sandbox refuses to run it. */
  readonly isQuarantined: boolean;
}

export interface Baseline {
  readonly version: number;
  readonly counts: VersionCounts;
}

/** Unlikely deviations come up when one looks often: the rate must be above the old one by more than chance explains. */
const STANDARD_DEVIATIONS = 2;

interface Measure {
  readonly what: string;
  readonly bad: (counts: VersionCounts) => number;
  readonly all: (counts: VersionCounts) => number;
  readonly unit: string;
}

const measures: readonly Measure[] = [
  { what: "failed", bad: (counts) => counts.faults, all: (counts) => counts.events, unit: "events" },
  { what: "timed out", bad: (counts) => counts.timeouts, all: (counts) => counts.events, unit: "events" },
  { what: "failed", bad: (counts) => counts.failedCalls, all: (counts) => counts.calls, unit: "calls" },
];

/** Why to go back, with the figures; `null` where there is no reason to. */
export function judge(candidate: Candidate, baseline: Baseline, policy: RollbackPolicy): string | null {
  const name = `version ${candidate.version}`;
  if (candidate.isQuarantined) return `${name} is quarantined: it took hosts down or did not stop, and gets no events`;
  for (const { what, bad, all, unit } of measures) {
    const [count, sample] = [bad(candidate.counts), all(candidate.counts)];
    const [oldCount, oldSample] = [bad(baseline.counts), all(baseline.counts)];
    const oldRate = oldSample === 0 ? 0 : oldCount / oldSample;
    if (sample < policy.minSample || !isWorse(count, sample, oldRate, policy.marginPercent)) continue;
    const before = oldSample === 0 ? "nothing to compare with" : `${oldCount} of ${oldSample} (${percent(oldRate)})`;
    const after = `${count} of ${sample} ${unit} ${what} (${percent(count / sample)})`;
    return `${name}: ${after}; version ${baseline.version}: ${before}`;
  }
  return null;
}

function isWorse(count: number, sample: number, oldRate: number, marginPercent: number): boolean {
  const expected = oldRate * sample;
  const byChance = STANDARD_DEVIATIONS * Math.sqrt(expected);
  return (count / sample - oldRate) * 100 > marginPercent && count > expected + byChance;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
