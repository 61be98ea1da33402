/**
 * What is written down of live calls and subscriptions, so that the process that starts next can go on with them. Who changes
 * one says so before; what it is afterwards is written once in a turn, before any message of that turn leaves.
 */

/** Plain data, by the names of its sections: a section that has changed takes the place of the one before. */
export type Sections = Readonly<Record<string, unknown>>;

/** One call or subscription, as the journal asks for it. */
export interface Journaled {
  /** Letters, digits, dots and dashes. */
  readonly id: string;
  /** What does not change as long as it is the same object. */
  readonly head: object;
  /** Nothing has to be known of it any more. */
  readonly isOver: boolean;
  /** All that may change. */
  tail(): Sections;
  /** The sections that are not as they were when this, or `tail`, was asked last; `null`: all are. */
  changes(): Sections | null;
  /** The record of the call (CDR) is safe. */
  recordStored(): void;
}

export interface CallJournal {
  /** It is about to change. What is sent from now on waits until that is written. */
  touch(entry: Journaled): void;
  /** The record of a call (CDR) is safe, or cannot be made safe. */
  recordStored(id: string): void;
}

/** What an earlier process has left. */
export interface StoredEntry {
  readonly id: string;
  readonly head: unknown;
  readonly tail: unknown;
}
