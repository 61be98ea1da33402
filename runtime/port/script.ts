/** What the switch needs of scripts: pick a version for a new call, send it an event, get an outcome. */
import type { ScriptEvent } from "../../sdk/script-event.ts";
import type { FixedChance, RunTrace } from "./journal.ts";

/** The name of a handler is the name of its event. */
export type HandlerName = ScriptEvent["type"];

/** One immutable version of a script. */
export interface ScriptRef {
  readonly script: string;
  readonly version: number;
}

/** Why an event of a script came to nothing; the fallback of the route is done instead. */
export type FaultReason =
  | "threw"
  | "timeout"
  | "memory"
  | "crashed"
  | "invalid-decision"
  | "no-decision"
  | "too-many-operations"
  | "missing"
  | "quarantined"
  | "limit"
  | "overloaded";

/** A value, never thrown: what the script's author, or whoever deployed it, has to look at. */
export interface ScriptFault {
  readonly reason: FaultReason;
  /** One sentence: what happened and, for a decision, the path of the field. */
  readonly message: string;
  /** Where in the script, where it is known. Lines and columns count from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly stack?: string;
}

export type ScriptOutcome =
  | {
      readonly type: "returned";
      /** What the handler returned, as JSON data, not yet checked; `undefined` where it returned nothing. */
      readonly value: unknown;
      /** JSON text of `call.state` after the handler; `undefined` where it did not change. */
      readonly state: string | undefined;
    }
  | { readonly type: "fault"; readonly fault: ScriptFault };

/** One entry into a script. */
export interface ScriptRun {
  readonly ref: ScriptRef;
  readonly handler: HandlerName;
  /** `null` for an event that belongs to no call: it has an `eventId` then. */
  readonly callId: string | null;
  readonly eventId?: string;
  /** The domain in whose name the script acts; without one its operations find nothing. */
  readonly domain?: string;
  /** `false`: it acts in the name of a caller who may not leave for a foreign address. @default true */
  readonly mayLeave?: boolean;
  /**
   * JSON text of `{"call": …, "event": …}`: the call without `headers` and `state`, with `head` (the header lines of the
   * INVITE as text) in place of `headers`. Of `{"event": …}` where there is no call.
   */
  readonly json: string;
  /** JSON text of `call.state`; `null` where there is no call. */
  readonly state: string;
  /** Told of all that the event consists of. @default nobody is */
  readonly trace?: RunTrace;
  /** Time and randomness of an event that runs again. @default those of the moment */
  readonly given?: FixedChance;
}

export interface ScriptRunOwner {
  /** The outcome of the run with this ticket: exactly once, never within the call of `run` itself. */
  scriptOutcome(ticket: number, outcome: ScriptOutcome): void;
}

export interface Scripts {
  /**
   * The version that a new call of this script runs on, by the deployment's split over `callId`; a fault with reason
   * `missing` or `quarantined` where there is none. An event that belongs to no call is split by an id of its own.
   */
  pick(script: string, callId: string): ScriptRef | ScriptFault;
  /** Whether this version handles the event; an event nobody handles is not sent. */
  handles(ref: ScriptRef, handler: HandlerName): boolean;
  /** Starts a run and returns its ticket, unique in this process. */
  run(run: ScriptRun, owner: ScriptRunOwner): number;
  /** Gives a run up: no outcome follows, what it still waits for is dropped. */
  abort(ticket: number): void;
}

/** Which scripts are live, for events that go to whoever handles them. */
export interface LiveScripts {
  /** Names of scripts of which some live version handles the event. */
  handling(handler: HandlerName): readonly string[];
}

/** What is live, for events that do not begin with a call. */
export interface LiveHandlers {
  /** Whether some live version of the script handles the event. */
  isHandled(script: string, handler: HandlerName): boolean;
}
