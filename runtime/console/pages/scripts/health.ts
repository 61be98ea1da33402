/** How a script or a version does, in one word and some numbers. Pure. */
import type { ScriptStatsBody } from "../../../contract/script-stats-api.ts";
import type { Share } from "./versions/split.ts";

export type VersionStats = ScriptStatsBody["versions"][number];

export interface Health {
  readonly state: "quarantined" | "faults" | "well" | "unused";
  readonly events: number;
  readonly faults: number;
  readonly failedCalls: number;
  readonly calls: number;
  /** Milliseconds from an event to its answer, of the slowest of the versions; `null`: no event yet. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Of the versions that are live: since the switch has started. */
export function healthOf(stats: readonly VersionStats[], live: readonly Share[]): Health {
  const own = stats.filter(({ version }) => live.some((share) => share.version === version));
  const sum = (of: (version: VersionStats) => number) => own.reduce((total, version) => total + of(version), 0);
  const slowest = (of: "p50" | "p99") => {
    const times = own.flatMap(({ wallMs }) => (wallMs === null ? [] : [wallMs[of]]));
    return times.length === 0 ? null : Math.max(...times);
  };
  const events = sum(({ events }) => events);
  const faults = sum(faultsOf);
  const isQuarantined = own.some(({ faults }) => (faults.quarantined ?? 0) > 0);
  const state = isQuarantined ? "quarantined" : faults > 0 ? "faults" : events > 0 ? "well" : "unused";
  return {
    state,
    events,
    faults,
    failedCalls: sum(({ failedCalls }) => failedCalls),
    calls: sum(({ calls }) => calls),
    p50: slowest("p50"),
    p99: slowest("p99"),
  };
}

export function faultsOf({ faults }: Pick<VersionStats, "faults">): number {
  return Object.values(faults).reduce((total, count) => total + count, 0);
}

/** `threw 2, timeout 1`. */
export function faultReasons({ faults }: Pick<VersionStats, "faults">): string {
  return Object.entries(faults)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(", ");
}
