/** What the API needs to walk through a call of a script step by step: a simulated switch, its phones, and virtual time. */
import type { Diagnostic } from "../base/errors.ts";
import type { CodeToTry } from "./deployment.ts";

/** What the simulated switch is like, as `SimulationOptions` of `strowger/testing` has it: plain data. */
export interface SimulatedWorld {
  readonly users?: Readonly<Record<string, SimulatedWorldUser>>;
  readonly trunks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** ISO 8601; without an offset local in `timeZone`. */
  readonly now?: string;
  readonly timeZone?: string;
  readonly country?: string;
  readonly seed?: number;
  readonly kv?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface SimulatedWorldUser {
  readonly extension?: string | null;
  readonly displayName?: string;
  readonly pin?: string;
  readonly voicemail?: boolean;
  /** How many phones are registered. */
  readonly phones?: number;
}

export interface SimulatedCaller {
  readonly to: string;
  readonly from?: string;
  readonly name?: string;
  readonly trunk?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type SimulationStep =
  /** `who`: @default the only one whose phone rings */
  | { readonly type: "answer"; readonly who?: string }
  | { readonly type: "reject"; readonly who?: string; readonly code?: number }
  | { readonly type: "wait"; readonly seconds: number }
  /** Time passes until the call is over, and for an hour at the most. */
  | { readonly type: "finish" }
  /** `who`: @default the caller */
  | { readonly type: "press"; readonly keys: string; readonly who?: string }
  | { readonly type: "speak"; readonly seconds: number }
  | { readonly type: "hangUp"; readonly who?: string }
  | { readonly type: "transfer"; readonly who: string; readonly to: string };

/** Something that has happened; the fields depend on `type` (`runtime/simulator/timeline.ts`). */
export interface SimulatedMoment {
  readonly type: string;
  /** Counts from 0. */
  readonly n: number;
  /** Seconds since the simulation began. */
  readonly at: number;
  readonly [field: string]: unknown;
}

export interface SimulationView {
  readonly id: string;
  readonly script: string;
  /** `null`: a draft. */
  readonly version: number | null;
  /** Virtual time: seconds since the simulation began. */
  readonly seconds: number;
  /** A sentence: what the call does. */
  readonly where: string;
  readonly isOver: boolean;
  /** Whose phones ring. */
  readonly ringing: readonly string[];
  /** Who talks with the caller. */
  readonly talkingTo: string | null;
  /** Whether the caller's keys reach anybody. */
  readonly takesKeys: boolean;
  readonly isRecording: boolean;
  /** The step of the plan that is being done. */
  readonly decision: unknown;
  /** The final response that the caller has got. */
  readonly response: { readonly code: number; readonly reason: string } | null;
  readonly state: unknown;
  readonly tags: Readonly<Record<string, string>>;
  readonly heard: readonly string[];
  readonly cdr: unknown;
  readonly kv: Readonly<Record<string, unknown>>;
  /** What has happened since `after`. */
  readonly moments: readonly SimulatedMoment[];
  /** `after` of the next question; moments that were too many are gone. */
  readonly next: number;
}

export interface SimulationStart {
  readonly code: CodeToTry;
  readonly call: SimulatedCaller;
  readonly world: SimulatedWorld;
}

/** Throws `RequestError` (`not-found`, `conflict`, `too-many-requests`, `gone`) and `DeployError` for code that does not run. */
export interface SimulationSessions {
  begin(
    script: string,
    start: SimulationStart,
  ): Promise<{ readonly view: SimulationView; readonly diagnostics: readonly Diagnostic[] }>;
  /** `after`: the number of the moment that was seen last, or -1. `conflict`: it cannot be done now, and why. */
  step(script: string, id: string, step: SimulationStep, after: number): Promise<SimulationView>;
  view(script: string, id: string, after: number): Promise<SimulationView>;
  end(script: string, id: string): Promise<void>;
}
