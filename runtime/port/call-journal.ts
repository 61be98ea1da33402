/**
 * What is written down of live calls, so that the process that starts next can go on with them. Who changes a call says so
 * before; what it is afterwards is written once in a turn, before any message of that turn leaves.
 */

/** One call, as the journal asks for it. Plain data alone. */
export interface JournaledCall {
  readonly id: string;
  /** What does not change as long as it is the same object. */
  readonly head: object;
  /** What may have changed; `null`: nothing has to be known of the call any more. */
  tail(): object | null;
  /** The record of the call (CDR) is safe. */
  recordStored(): void;
}

export interface CallJournal {
  /** The call is about to change. What is sent from now on waits until that is written. */
  touch(call: JournaledCall): void;
  /** The record of a call (CDR) is safe, or cannot be made safe. */
  recordStored(id: string): void;
}

/** A call that an earlier process has left. */
export interface StoredCall {
  readonly id: string;
  readonly head: unknown;
  readonly tail: unknown;
}
