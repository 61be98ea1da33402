/**
 * What a call is: plain data that can be written to a journal and taken over by another process. Transactions and timers
 * are not part of it; they live beside it in `call.ts`, `leg.ts` and the verbs.
 */
import type { Decision } from "../../../sdk/decisions.ts";
import type { Actor, Attempt } from "../../../sdk/events.ts";
import type { CodecName } from "../../port/media.ts";
import type { HandlerName } from "../../port/script.ts";
import type { OfferAnswer, Side } from "../../sdp/offer-answer.ts";
import type { Account } from "../../sip/dialog/account.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Session } from "../../sip/dialog/session-timer.ts";
import type { Hop } from "../../sip/hop.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Owner } from "../target.ts";
import type { Diverted } from "./diversion.ts";

/** How many branches a request may have at once where it does not say (RFC 5393 §5.3.3.1). */
export const DEFAULT_MAX_BREADTH = 60;

/** The way of a leg that leaves by a trunk. */
export interface LegTrunk {
  readonly name: string;
  /** The URI of the gateway. */
  readonly gateway: string;
  /** Whose credentials answer challenges. */
  readonly account: Account | undefined;
  /** `null`: those of the switch. */
  readonly codecs: readonly CodecName[] | null;
  /** Names the line of the trunk that it holds (`trunks/leases.ts`). */
  readonly line: string;
}

/** The trunk that a call came from. */
export interface CallTrunk {
  readonly name: string;
  /** It belongs to our trust domain (RFC 3325). */
  readonly isTrusted: boolean;
  readonly account: Account | undefined;
  /** `null`: those of the switch. */
  readonly codecs: readonly CodecName[] | null;
  /** What was called, as a URI with the number in E.164: in place of the Request-URI, where that names our registration. */
  readonly called: string;
  /** Who calls, as a trusted trunk asserts it (P-Asserted-Identity): a name-addr with the number in E.164. */
  readonly identity: string | null;
}

/** A side that is called. */
export interface LegState {
  readonly id: string;
  /** The values of Route: the proxies on the way to a registered phone. @default none */
  readonly route?: readonly string[] | undefined;
  readonly target: string;
  readonly uri: string;
  readonly hop: Hop;
  /** The trunk that it leaves by; absent: none. */
  readonly trunk?: LegTrunk | undefined;
  readonly callId: string;
  readonly localTag: string;
  readonly localParty: string;
  readonly remoteParty: string;
  /** The user of ours who is called; absent: somebody outside. */
  readonly owner?: Owner | undefined;
  /** Who was called before; absent: the call was for this side from the beginning, or that is not told. */
  readonly diverted?: Diverted | undefined;
  /** The tag of the called side, as far as it has said one. */
  remoteTag?: string;
  /** Of the INVITE; one higher each time that it was sent again with credentials. */
  cseq: number;
  /** The highest that a request of ours has had on this leg before it was answered. */
  lastCseq: number;
  /** What it has answered with, as long as it is in no bridge: it is asked first, or connected later. */
  dialog?: Dialog | undefined;
  /** `asked`: it has answered, and has not said yet whether it takes the call. */
  state: "calling" | "ringing" | "asked" | "answered" | "cancelling" | "ended";
}

/** The last INVITE that went across a bridge. */
export interface InviteExchange {
  readonly by: Side;
  /** Its CSeq number as it came, and as it went on. */
  readonly cseqIn: number;
  cseqOut: number;
  state: "pending" | "answered" | "acknowledged";
  /** Body and fields of the ACK, for the day that the 2xx comes again (RFC 3261 §13.2.2.4). */
  ack: { readonly fields: readonly HeaderField[]; readonly body: string } | null;
}

/** A dialog with the caller joined to a dialog with a callee. While it rings there may be several, one an early dialog. */
export interface Bridge {
  readonly legId: string;
  readonly caller: Dialog;
  readonly callee: Dialog;
  readonly media: OfferAnswer;
  invite: InviteExchange | null;
  /** The audio of both sides ends at the switch: each agrees with us on it, not with the other. */
  isAnchored: boolean;
}

/** A final response that the caller might get. */
export interface FinalResponse {
  readonly code: number;
  readonly reason: string;
  readonly fields: readonly HeaderField[];
  readonly body: string;
  /** It is about a name of ours, by the switch or by a phone of its user: a stranger does not get it as it is. */
  readonly isAboutUs?: true;
}

/** The dialog with a caller whose audio ends at the switch, while nobody is called, or nobody has answered. */
export interface OwnDialog {
  readonly caller: Dialog;
  /** The CSeq number of the caller's last INVITE that we have answered with 2xx. */
  inviteCseq: number;
}

export interface PlanState {
  /** Counts plans: a decision that was made for an earlier one comes too late. */
  epoch: number;
  steps: readonly Decision[];
  /** The next step. */
  next: number;
  /** The event of a step that has come to its end: what its handler says decides how the plan goes on. */
  awaits: HandlerName | null;
  /** It is the fallback of the route: the policy of the script does not bind it. */
  isFallback: boolean;
}

/** A timer that a decision has set. */
export interface CallTimer {
  readonly name: string;
  /** When it runs out, in milliseconds since 1970. */
  readonly at: number;
}

export interface CallState {
  readonly id: string;
  /** `outbound`: the switch has begun it, and has called the caller first. */
  readonly direction: "inbound" | "outbound";
  readonly domain: string;
  /** `null`: no route has led here, since the switch has begun the call. */
  readonly route: string | null;
  readonly fallback: readonly Decision[];
  /** Whether an anonymous caller may leave for a foreign address. */
  readonly mayLeave: boolean;
  /** Empty, and version 0: the call runs on no script. */
  readonly script: string;
  readonly version: number;
  /** The script that has begun the call, where one has. */
  readonly originator: string | null;
  /**
   * The caller's INVITE, as far as it is needed later. Of an outbound call it is what stands for one: Call-ID, flow and
   * body are those of the side that was called first, once it has answered.
   */
  invite: {
    readonly uri: string;
    readonly callId: string;
    readonly fromTag: string;
    readonly cseq: number;
    readonly from: string;
    readonly to: string;
    readonly head: string;
    readonly body: string;
    readonly flow: Flow;
    readonly maxForwards: number;
    readonly maxBreadth: number;
  };
  /** The trunk that it came from; absent: from none. */
  readonly trunk?: CallTrunk | undefined;
  /** A call to an emergency number by somebody we know: nothing stops it. */
  readonly isEmergency?: boolean | undefined;
  /** Our tag towards the caller: the To tag of answers that belong to no callee. */
  localTag: string;
  readonly user: string | null;
  readonly startedAt: number;
  ringingAt: number | null;
  answeredAt: number | null;
  endedAt: number | null;
  /** `failed` has been raised: it is raised once. */
  failedRaised: boolean;
  fellBack: boolean;
  readonly plan: PlanState;
  readonly legs: LegState[];
  bridges: Bridge[];
  own: OwnDialog | null;
  /** The best final response so far (RFC 3261 §16.7 step 6). */
  best: FinalResponse | null;
  readonly attempts: Attempt[];
  /** JSON text of what the script remembers. */
  scriptState: string;
  tags: Readonly<Record<string, string>>;
  timers: readonly CallTimer[];
  /** How many `limit` events the call has raised. */
  limitEvents: number;
  /** How often somebody has taken the place of a side, and how many REFER have come. */
  transfers: number;
  refers: number;
  /** What each side has agreed on about how long the call lasts without a sign of life (RFC 4028). */
  sessions: { readonly [Role in Side]: Session | null };
  /** Until when it may last; `null`: that has not been said. */
  until: CallLimit | null;
  /** How it ended; `null` while it is up. */
  end: CallEnd | null;
}

/** What is known of a call from its beginning: it stays as it is, but for who stands for the caller. */
export type CallHead = Pick<
  CallState,
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
  | "startedAt"
>;

/** What a call begins with. */
export type NewCall = CallHead & Pick<CallState, "localTag" | "scriptState" | "tags">;

const NO_TIMERS: readonly CallTimer[] = [];
const NO_SESSIONS: CallState["sessions"] = { caller: null, callee: null };

/** A call to which nothing has happened yet. */
export function newCallState(call: NewCall): CallState {
  return {
    ...call,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    failedRaised: false,
    fellBack: false,
    plan: { epoch: 0, steps: [], next: 0, awaits: null, isFallback: false },
    legs: [],
    bridges: [],
    own: null,
    best: null,
    attempts: [],
    timers: NO_TIMERS,
    limitEvents: 0,
    transfers: 0,
    refers: 0,
    sessions: NO_SESSIONS,
    until: null,
    end: null,
  };
}

/** The end of the time that a call may last. `policy`: of its script; `limit`: of the decision that has connected it. */
export interface CallLimit {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: "limit" | "policy";
}

export interface CallEnd {
  readonly result: "answered" | "failed" | "cancelled";
  readonly code: number;
  readonly reason: string;
  readonly by: Actor;
}

export type CallPhase = "deciding" | "calling" | "ringing" | "answered" | "ended";

/** What the call is doing, for people. */
export function phaseOf(call: CallState): CallPhase {
  if (call.end !== null) return "ended";
  if (call.answeredAt !== null) return "answered";
  if (call.legs.some(({ state }) => state === "ringing" || state === "asked")) return "ringing";
  return call.legs.some((leg) => leg.state === "calling") ? "calling" : "deciding";
}
