/** Medians, and what one peer costs beside another. */
import type { Measurement } from "./measure-load.ts";

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export function formatRun(peer: string, scenario: string, run: Measurement): string {
  const verdict = run.valid ? "valid" : "INVALID";
  return `${peer} ${scenario}: ${run.value.toFixed(3)} ${run.unit}; ${run.detail}; ${verdict}`;
}

/** One line per peer with its median and range over the valid runs, then the ratio of the first peer to each other one. */
export function formatSummary(scenario: string, runs: ReadonlyMap<string, readonly Measurement[]>): string[] {
  const medians = new Map<string, number>();
  const lines: string[] = [];
  for (const [peer, all] of runs) {
    const values = all.filter((run) => run.valid).map((run) => run.value);
    if (values.length === 0) {
      lines.push(`MEDIAN ${peer} ${scenario}: no valid run of ${all.length}`);
      continue;
    }
    const range = `[${Math.min(...values).toFixed(3)}..${Math.max(...values).toFixed(3)}]`;
    medians.set(peer, median(values));
    lines.push(
      `MEDIAN ${peer} ${scenario}: ${median(values).toFixed(3)} ${range} ${all[0]?.unit}, ${values.length} valid of ${all.length}`,
    );
  }
  const [first, ...others] = [...medians];
  if (first === undefined) return lines;
  return [
    ...lines,
    ...others.map(([peer, value]) => `RATIO ${first[0]} / ${peer} ${scenario}: ${(first[1] / value).toFixed(2)}`),
  ];
}
