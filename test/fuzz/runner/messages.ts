/** What a run says to the thread of a target, and what that says back. */
import type { Finding } from "./target.ts";

/** Longer inputs are shown cut where a thread had to be ended. */
export const MOST_SHARED_OCTETS = 1024 * 1024;

export interface ThreadData {
  readonly target: string;
  /** How many inputs there have been. */
  readonly count: Int32Array<SharedArrayBuffer>;
  /** The input that is being tried, and its length. */
  readonly input: Uint8Array<SharedArrayBuffer>;
  readonly length: Int32Array<SharedArrayBuffer>;
}

export type ToThread =
  /** The files in `seeds/`. */
  | { readonly type: "replay-seeds" }
  | { readonly type: "replay"; readonly input: string }
  /** Goes on with what a seed gives, until so many inputs or so much time is over. */
  | { readonly type: "run"; readonly seed: number; readonly inputs: number; readonly ms: number }
  | { readonly type: "close" };

export interface FromThread {
  readonly inputs: number;
  readonly ms: number;
  readonly heapBytes: number;
  readonly finding: Finding | null;
}
