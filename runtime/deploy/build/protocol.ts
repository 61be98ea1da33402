/** What the switch and its build child say to each other: one JSON text in, one JSON text per line out. */
import type { Diagnostic } from "../../base/errors.ts";
import type { ScriptModule } from "../../port/sandbox.ts";
import type { HandlerName } from "../../port/script.ts";

export interface BuildJob {
  /** `check`: everything an upload must pass. `strip`: only the types, for what was checked before. */
  readonly type: "check" | "strip";
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
  /** Variables that the script sees while it is loaded. */
  readonly env: Readonly<Record<string, string>>;
}

export interface BuildRequest {
  /** Heap of the isolate of the trial load. */
  readonly memoryMB: number;
  readonly jobs: readonly BuildJob[];
}

/** What the child is about to do: the last one before its death names the culprit. */
export interface BuildStep {
  readonly doing: "read" | "compile" | "load";
  readonly file: string;
}

export type BuildResult =
  | { readonly type: "built"; readonly modules: readonly ScriptModule[]; readonly handlers: readonly HandlerName[] }
  | { readonly type: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: "timeout"; readonly diagnostics: readonly Diagnostic[] };

export type BuildLine =
  | { readonly type: "step"; readonly step: BuildStep }
  /** Results come in the order of the jobs. */
  | { readonly type: "result"; readonly result: BuildResult };
