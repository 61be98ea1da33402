/** How each version of a script does: counted since the switch has started, and lately. */
import type { FaultReason, ScriptRef } from "./script.ts";

/** What tells a bad version from a good one. */
export interface VersionCounts {
  /** Events that were sent to it. */
  readonly events: number;
  /** Events at which it has failed, timeouts among them. Not those that no host had room for. */
  readonly faults: number;
  readonly timeouts: number;
  /** Calls on it that have ended. */
  readonly calls: number;
  /** Those that got the fallback since the script failed at the INVITE, and those that the switch refused with a 5xx. */
  readonly failedCalls: number;
}

/** Milliseconds; within 5 percent. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface VersionReport extends Omit<VersionCounts, "faults"> {
  readonly version: number;
  readonly faults: Readonly<Partial<Record<FaultReason, number>>>;
  /** From an event to its answer; `null` before the first. */
  readonly wallMs: Percentiles | null;
  /** CPU time of an event; `null` where it is not known. */
  readonly cpuMs: Percentiles | null;
}

export interface ScriptStats {
  /** Since the switch has started. */
  counts(ref: ScriptRef): VersionCounts;
  /** Of the last 10 to 20 minutes. */
  recent(ref: ScriptRef): VersionCounts;
  /** The versions that have done something since the switch has started and were not forgotten, newest first. */
  report(script: string): readonly VersionReport[];
  /** When counting began: ISO 8601. */
  readonly since: string;
}
