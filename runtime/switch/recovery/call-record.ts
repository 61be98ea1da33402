/**
 * What is written down of a call: all that another process needs to go on with it. The head is written once and stands for as
 * long as it is the same object; of the tail those sections are written that have changed.
 */
import type { Actor } from "../../../sdk/events.ts";
import type { OfferAnswer, Side } from "../../sdp/offer-answer.ts";
import type { SentBy } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { AudioRecord } from "../audio/audio-record.ts";
import type { Bridge, CallState, InviteExchange, LegState, OwnDialog } from "../call/call-state.ts";
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

/** What there is hardly ever. */
export interface StoredExtras {
  /** INVITEs within the call that wait for their answer. */
  readonly requests: readonly WaitingRequest[];
  /** Dialogs that are up and in no bridge: they are to be hung up. */
  readonly loose: readonly Dialog[];
  readonly transfer: StoredTransfer | null;
}

export interface CallTail {
  readonly state: Omit<CallState, Settled | "legs" | "bridges" | "own">;
  readonly now: {
    readonly stage: CallStage;
    /** The caller's INVITE has no final response yet. */
    readonly isWaiting: boolean;
    readonly isStepping: boolean;
  };
  readonly legs: {
    readonly all: readonly LegState[];
    /** How INVITEs have left that have no final response yet, by the ids of their legs. */
    readonly sent: Readonly<Record<string, SentBy>>;
  };
  readonly dialogs: { readonly bridges: readonly Omit<Bridge, "media" | "invite">[]; readonly own: OwnDialog | null };
  /** Of each bridge. */
  readonly media: readonly OfferAnswer[];
  readonly invites: {
    /** Of each bridge. */
    readonly last: readonly (InviteExchange | null)[];
    /** A 2xx of ours that has no ACK yet. */
    readonly awaited: AwaitedAnswer | null;
  };
  readonly extras: StoredExtras | null;
  readonly audio: AudioRecord | null;
}
