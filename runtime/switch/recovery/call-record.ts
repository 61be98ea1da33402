/**
 * What is written down of a call (RFC 3261 knows nothing of it): all that another process needs to go on with it. The head
 * is written once and stands for as long as it is the same object; the tail is written whenever the call has changed.
 */
import type { Actor } from "../../../sdk/events.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { SentBy } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { AudioRecord } from "../audio/audio-record.ts";
import type { CallState } from "../call/call-state.ts";
import type { AwaitedAnswer } from "../call/caller-leg.ts";

/** `ending`: it is over, and something of it is still being kept. `farewell`: it is over but for the ACK of its caller. */
export type CallStage = "going" | "ending" | "farewell" | "over";

type Settled =
  | "id"
  | "direction"
  | "domain"
  | "route"
  | "fallback"
  | "mayLeave"
  | "script"
  | "version"
  | "originator"
  | "invite"
  | "trunk"
  | "isEmergency"
  | "user"
  | "startedAt";

export type CallHead = Pick<CallState, Settled>;

/** A request that waits for its answer. */
export interface WaitingRequest {
  readonly text: string;
  readonly flow: Flow;
}

/** A transfer that is under way. */
export interface StoredTransfer {
  readonly who: Side;
  readonly by: Actor;
  readonly target: string;
  readonly place: Side;
  /** Whoever is in that place has hung up already. */
  readonly hasLeft: boolean;
}

export interface CallTail {
  readonly state: Omit<CallState, Settled>;
  readonly stage: CallStage;
  /** The caller's INVITE has no final response yet. */
  readonly isWaiting: boolean;
  readonly isStepping: boolean;
  /** A 2xx of ours that has no ACK yet. */
  readonly awaited?: AwaitedAnswer | undefined;
  /** How INVITEs have left that have no final response yet, by the ids of their legs. */
  readonly sent?: Readonly<Record<string, SentBy>> | undefined;
  /** INVITEs within the call that wait for their answer. */
  readonly requests?: readonly WaitingRequest[] | undefined;
  /** Dialogs that are up and in no bridge: they are to be hung up. */
  readonly loose?: readonly Dialog[] | undefined;
  readonly transfer?: StoredTransfer | undefined;
  readonly audio?: AudioRecord | undefined;
}
