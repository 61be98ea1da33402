/** What the API needs to try a version of a script out: one event goes in, what comes of it comes out, nothing is done. */
import type { Decision } from "../../sdk/decisions.ts";
import type { VersionSelector } from "./deployment.ts";
import type { OperationProblem } from "./sandbox.ts";
import type { HandlerName, ScriptFault } from "./script.ts";

export interface EventToSimulate {
  readonly event: Readonly<Record<string, unknown>> & { readonly type: HandlerName };
  /** The call as the script sees it, as far as it is told; absent for an event that belongs to no call. */
  readonly call?: Readonly<Record<string, unknown>> & {
    /** URI, or the user part of one of ours. */
    readonly from?: string;
    readonly to?: string;
  };
  /** `call.state` before the event. */
  readonly state?: unknown;
  /** Header fields of the INVITE. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What operations give, by name; one that lacks here is refused. */
  readonly operations?: Readonly<Record<string, OperationAnswer>>;
  /** Milliseconds since 1970. @default the present */
  readonly now?: number;
  /** What random numbers follow from. @default a random one */
  readonly seed?: string;
}

export type OperationAnswer = { readonly result: unknown } | { readonly error: OperationProblem };

export interface AskedOperation {
  readonly name: string;
  readonly args: unknown;
  /** Whether it was answered as the request said; else it was refused. */
  readonly isAnswered: boolean;
}

export interface SimulatedEvent {
  readonly script: string;
  readonly version: number;
  readonly handler: HandlerName;
  readonly outcome: "returned" | "fault";
  /** What the switch would do: of an event of a call a plan, else what was returned; `null`: nothing. */
  readonly decision: readonly Decision[] | unknown;
  /** `call.state` afterwards. */
  readonly state: unknown;
  readonly operations: readonly AskedOperation[];
  readonly logs: readonly { readonly level: string; readonly text: string }[];
  readonly fault: ScriptFault | null;
  readonly now: number;
}

export interface EventSimulations {
  /** Throws `RequestError` (`not-found`, `invalid-request`, `too-many-requests`). */
  simulate(script: string, version: VersionSelector, event: EventToSimulate): Promise<SimulatedEvent>;
}
