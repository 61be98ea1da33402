/** Calls for scripts: which there are, and what can be done with them; and how a call begins that the switch makes itself. */
import type { CallSummary } from "./switch.ts";

/** Checked by the schemas of `contract/originate.ts`, but for `to`. */
export interface OriginateRequest {
  /** Who is called first, and counts as the caller. */
  readonly from: string;
  /** A target, as if `from` had dialled it, or a plan; absent: the script says. */
  readonly to?: unknown;
  readonly callerId?: string;
  readonly callerName?: string;
  /** Its handlers get the events of the call. */
  readonly script?: string;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** @default 60 */
  readonly ringSeconds?: number;
}

/** The script in whose name a call is begun. */
export interface OriginatingScript {
  readonly script: string;
  readonly domain: string;
  /** Whether the call may leave for a foreign address. */
  readonly mayLeave: boolean;
}

/** Live calls of one domain that fit. */
export interface CallFilter {
  readonly domain: string;
  readonly user?: string;
  /** Labels that a call must bear, all of them. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ScriptCalls {
  /** The oldest first, at most `limit`. */
  find(filter: CallFilter, limit: number): readonly CallSummary[];
  count(filter: CallFilter): number;
  get(id: string): CallSummary | undefined;
  /** `false` where there is no such call. */
  hangUp(id: string, reason: string | undefined, by: "switch"): boolean;
  /** Throws `RequestError` (`not-found`, `invalid-request`, `conflict`). */
  decide(id: string, decision: unknown): void;
  /**
   * Begins a call: `from` is called. Throws `RequestError`: `not-found` (no such target or script), `forbidden`,
   * `conflict` (nobody is registered), `invalid-request`, `too-many-requests` (limits of the switch),
   * `too-many-calls` (limits of one script).
   */
  originate(request: OriginateRequest, by: OriginatingScript): CallSummary;
}
