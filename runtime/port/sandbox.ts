/**
 * What the deployment needs of the sandbox: load a version, take it down, hear what happens in it. And what the sandbox
 * needs of the switch: operations, the things a handler awaits.
 */
import type { Result } from "../base/result.ts";
import type { FaultReason, HandlerName, ScriptFault, ScriptRef, ScriptRun, ScriptRunOwner } from "./script.ts";

/** One file of a script after its types were stripped: plain JavaScript with the positions of the source. */
export interface ScriptModule {
  /** Path inside the script: `front-desk.ts`, `lib/table.ts`. */
  readonly path: string;
  readonly code: string;
}

/** What a host process needs to run a version. */
export interface ScriptBundle {
  readonly ref: ScriptRef;
  /** Path of the module whose default export holds the handlers. */
  readonly entry: string;
  readonly modules: readonly ScriptModule[];
  readonly handlers: readonly HandlerName[];
}

/** What a run did, for the tail, the metrics and the quarantine. */
export interface Invocation {
  readonly ref: ScriptRef;
  readonly handler: HandlerName;
  /** `null` for an event that belongs to no call, which `eventId` names. */
  readonly callId: string | null;
  readonly eventId?: string | undefined;
  readonly outcome: "returned" | FaultReason;
  readonly fault?: ScriptFault;
  /** Milliseconds from sending to the outcome. */
  readonly wallMs: number;
  /** CPU time of the script in milliseconds, all entries of the event together; 0 where the host could not tell. */
  readonly cpuMs: number;
}

/** One `console` line of a script. */
export interface ScriptLogLine {
  readonly ref: ScriptRef;
  /** `null` for an event that belongs to no call, which `eventId` names. */
  readonly callId: string | null;
  readonly eventId?: string | undefined;
  readonly handler: HandlerName;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

export interface SandboxListener {
  invocation(invocation: Invocation): void;
  logLine(line: ScriptLogLine): void;
}

/** On whose behalf an operation is done: known by the switch, never said by the script. */
export interface OperationContext {
  readonly ref: ScriptRef;
  /** `null` for an event that belongs to no call. */
  readonly callId: string | null;
  readonly domain: string;
  /** `false`: in the name of a caller who may not leave for a foreign address. @default true */
  readonly mayLeave?: boolean;
  /** The trace that the operation belongs to (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  /** Aborted once the event is over: nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

/** Why an operation came to nothing: the script's promise is rejected with it. */
export interface OperationProblem {
  /** One of `OperationErrorCode` of the sdk. */
  readonly code: string;
  /** One sentence for the author of the script. */
  readonly message: string;
}

/** `value` is JSON data, or `undefined`. */
export type OperationResult = Result<unknown, OperationProblem>;

export interface Operations {
  /**
   * Does what a script asks for. `name` and `args` (JSON data) are the script's, not yet checked. `done` is called once,
   * within this call or later.
   */
  run(context: OperationContext, name: string, args: unknown, done: (result: OperationResult) => void): void;
}

export interface Sandbox {
  /** Resolves once a host process is ready to run scripts. */
  start(): Promise<void>;
  /** Makes a version runnable on all hosts, also on those started later. Loading happens at its first event, or at once with `warm`. */
  load(bundle: ScriptBundle, warm?: boolean): void;
  unload(ref: ScriptRef): void;
  /** The variables of all versions of a script. Those that are loaded begin anew with them; events that run keep theirs. */
  setEnvironment(script: string, variables: Readonly<Record<string, string>>): void;
  run(run: ScriptRun, owner: ScriptRunOwner): number;
  abort(ticket: number): void;
  stop(): Promise<void>;
}
