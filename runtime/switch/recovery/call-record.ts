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

/** How an INVITE has left that has no final response yet, and whose it is. */
export interface SentLeg extends SentBy {
  readonly leg: string;
}

type Progress =
  | "localTag"
  | "ringingAt"
  | "answeredAt"
  | "endedAt"
  | "end"
  | "attempts"
  | "best"
  | "transfers"
  | "refers";

export interface CallTail {
  readonly progress: Pick<CallState, Progress>;
  readonly plan: Pick<CallState, "plan" | "failedRaised" | "fellBack">;
  /** What its script has set. */
  readonly memory: Pick<CallState, "scriptState" | "tags" | "timers" | "limitEvents">;
  readonly limits: Pick<CallState, "sessions" | "until">;
  readonly now: {
    readonly stage: CallStage;
    /** The caller's INVITE has no final response yet. */
    readonly isWaiting: boolean;
    readonly isStepping: boolean;
    /** Something has been heard here, or is to be. */
    readonly hasAudio: boolean;
    /** Its record is safe. */
    readonly isRecorded: boolean;
    /** Its script has answered what it was told, of its end as well where it is over. */
    readonly isTold: boolean;
  };
  readonly legs: {
    readonly all: readonly LegState[];
    readonly sent: readonly SentLeg[];
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

/** What need not be written of a call to which little has happened yet. */
type Empty = "plan" | "limits" | "legs" | "dialogs" | "media" | "invites" | "extras" | "audio";

export type WrittenTail = Omit<CallTail, Empty> & Partial<CallTail>;

export function wholeTail(written: WrittenTail): CallTail {
  return {
    plan: {
      plan: { epoch: 0, steps: [], next: 0, awaits: null, isFallback: false },
      failedRaised: false,
      fellBack: false,
    },
    limits: { sessions: { caller: null, callee: null }, until: null },
    legs: { all: [], sent: [] },
    dialogs: { bridges: [], own: null },
    media: [],
    invites: { last: [], awaited: null },
    extras: null,
    audio: null,
    ...written,
  };
}
