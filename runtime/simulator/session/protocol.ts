/** What the switch and its simulation process say to each other. */
import type { ScriptBundle } from "../../port/sandbox.ts";
import type { SimulatedCaller, SimulatedWorld, SimulationStep, SimulationView } from "../../port/simulation-session.ts";

export interface SessionStart {
  readonly bundle: ScriptBundle;
  readonly call: SimulatedCaller;
  readonly world: SimulatedWorld;
}

/** `request` is answered by the reply of the same number. */
export type ToSimulator =
  | { readonly type: "begin"; readonly request: number; readonly session: string; readonly start: SessionStart }
  | {
      readonly type: "step";
      readonly request: number;
      readonly session: string;
      readonly step: SimulationStep | null;
      readonly after: number;
    }
  | { readonly type: "end"; readonly session: string };

export type SessionState = Omit<SimulationView, "id" | "script" | "version">;

export type FromSimulator =
  | { readonly type: "state"; readonly request: number; readonly state: SessionState }
  /** It cannot be done, and why. */
  | { readonly type: "refused"; readonly request: number; readonly message: string };
