/** What a hostile script does in one event, and how that event may end. */
import type { FaultReason } from "../../../../runtime/port/script.ts";

export type End = "returned" | FaultReason;

export interface Bomb {
  /** A noun phrase: the title of its test. */
  readonly name: string;
  /** Body of the handler `invite(call, event)`. */
  readonly body: string;
  /** Top level of the module, where it is in the handler's stead that the harm is done. */
  readonly before?: string;
  /** Where the engine races the clock, or the collector decides, an event may end in one of several ways. */
  readonly ends: readonly End[];
  /** What it may answer, where that is what matters. */
  readonly value?: unknown;
  /**
   * How many events it gets, unless it is quarantined before.
   * @default 3
   */
  readonly events?: number;
}

/** The engine stops it, and its isolate is replaced. */
export const STOPPED: readonly End[] = ["timeout"];
/** The heap limit, or the clock, whichever comes first. */
export const HEAPED: readonly End[] = ["memory", "timeout"];
/** No limit of the engine holds it: the process aborts, or is killed because it does not answer, or grew too large. */
export const FATAL: readonly End[] = ["crashed", "timeout", "memory"];
