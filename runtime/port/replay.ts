/** What the API needs of the replay: recorded calls run again on another version, and a candidate beside the live one. */
import type { CodeToTry, VersionSelector } from "./deployment.ts";
import type { ScriptFault, ScriptRun } from "./script.ts";

/** Where two pieces of JSON data differ. `undefined`: it is not there. */
export interface Difference {
  /** `$[0].targets[1]`. */
  readonly path: string;
  readonly recorded?: unknown;
  readonly replayed?: unknown;
}

/** What a version has asked of the switch otherwise than the one that was recorded. */
export interface OperationDifference {
  /**
   * `not-recorded`: it was refused, since nobody knows what would have come of it; `out-of-order`: it was answered as it
   * was recorded; `not-asked`: it is missing.
   */
  readonly type: "not-recorded" | "out-of-order" | "not-asked";
  readonly name: string;
  readonly args: unknown;
}

export interface EventComparison {
  /** The number of the event within its call. */
  readonly event: number;
  readonly handler: ScriptRun["handler"];
  readonly result: "same" | "different" | "skipped";
  /** Why it was skipped. */
  readonly why?: string;
  readonly decision: readonly Difference[];
  readonly operations: readonly OperationDifference[];
  /** Where one has failed and the other has not, or in another way. */
  readonly fault: { readonly recorded: ScriptFault | null; readonly replayed: ScriptFault | null } | null;
  /** Of `call.state` afterwards; what a version remembers is its own, so this alone makes no difference. */
  readonly state: readonly Difference[];
}

export interface CallReplay {
  readonly call: string;
  readonly script: string;
  readonly recordedVersion: number;
  /** `null`: a draft. */
  readonly version: number | null;
  readonly result: "same" | "different";
  /** Whether the whole call was recorded; a long one loses its beginning. */
  readonly isComplete: boolean;
  readonly events: readonly EventComparison[];
}

export interface ReplaySummary {
  readonly script: string;
  /** `null`: a draft. */
  readonly version: number | null;
  readonly calls: number;
  readonly same: number;
  readonly different: number;
  /** Calls that could not be replayed: nothing is recorded of them any more, or not one of their events has reached the script. */
  readonly skipped: number;
  /** Whether there were more calls, or no time for all. */
  readonly isTruncated: boolean;
  /** The first of those that differ. */
  readonly differences: readonly CallReplay[];
}

export interface ShadowSetting {
  readonly version: VersionSelector;
  /** Share of new calls, 1 to 100. */
  readonly percent: number;
}

export interface ShadowStatus {
  readonly script: string;
  readonly version: number;
  readonly percent: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly calls: number;
  readonly events: {
    readonly same: number;
    readonly different: number;
    /** Of those that differ: the candidate has failed, and the live version has not. */
    readonly faults: number;
    /** Could not be compared. */
    readonly skipped: number;
    /** Thrown away, so that nothing live had to wait. */
    readonly dropped: number;
    readonly waiting: number;
  };
  /** The latest that differ. */
  readonly differences: readonly (EventComparison & { readonly call: string; readonly recordedVersion: number })[];
}

/** Throws `RequestError` (`not-found`, `conflict`, `too-many-requests`), and `DeployError` for a draft that does not run. */
export interface Replays {
  replayCall(id: string, code: CodeToTry): Promise<CallReplay>;
  /** `since`: milliseconds since 1970. */
  replayScript(
    script: string,
    options: { readonly code: CodeToTry; readonly since: number; readonly most: number },
  ): Promise<ReplaySummary>;
  shadow(script: string): ShadowStatus | undefined;
  /** Runs until it is removed, or until the switch is started again. */
  setShadow(script: string, setting: ShadowSetting): Promise<ShadowStatus>;
  /** `false` where there was none. */
  removeShadow(script: string): boolean;
}
