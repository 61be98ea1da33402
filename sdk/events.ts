/** Events of a call: what the switch tells a script. Only events that a script handles are sent to it. */
import type { Leg } from "./call.ts";

/** Who did something: one of the two phones, the switch itself, or somebody over the HTTP API. */
export type Actor = "caller" | "callee" | "switch" | "api";

/**
 * A call comes in, or the first side of a call that the switch has begun has answered (`call.direction` is `outbound`).
 * The handler must return a decision.
 */
export interface InviteEvent {
  readonly type: "invite";
}

/** A called side rings: 180, 181 or 182 (RFC 3261 §21.1). */
export interface RingingEvent {
  readonly type: "ringing";
  readonly leg: Leg;
  readonly code: number;
  readonly reason: string;
}

/** A called side sends early media: 183 or another provisional response with a session description. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly leg: Leg;
  readonly code: number;
  readonly reason: string;
}

/** A called side has answered. */
export interface AnsweredEvent {
  readonly type: "answered";
  readonly leg: Leg;
}

/** How one attempt to reach a target ended. */
export interface Attempt {
  readonly target: string;
  /** The URI that was called, or `null` where the target led nowhere. */
  readonly uri: string | null;
  /**
   * The final status code: the callee's, or 408 (no answer), 404 (unknown target), 480 (not registered), 487 (given up),
   * 403 (not allowed; where it is by the policy of the script, `reason` begins with `policy:`). A stranger gets 480 in place
   * of what would tell him who is here.
   */
  readonly code: number;
  readonly reason: string;
  /** The trunk that it left by; absent: none. */
  readonly trunk?: string;
}

/**
 * The plan has run out and nobody answered. The handler may return another plan. Also: nobody has answered a call that the
 * switch has begun (`call.answeredAt` is `null`); it is over then, and what the handler returns is not done.
 */
export interface FailedEvent {
  readonly type: "failed";
  /** The best final response of all attempts (RFC 3261 §16.7 step 6). */
  readonly code: number;
  readonly reason: string;
  readonly attempts: readonly Attempt[];
}

/** An INFO within the call (RFC 6086); it has been passed to the other side already. */
export interface InfoEvent {
  readonly type: "info";
  readonly by: "caller" | "callee";
  /** The Info-Package header, or `null`. */
  readonly package: string | null;
  readonly contentType: string | null;
  readonly body: string;
}

/** A re-INVITE within the call; it has been passed to the other side already. */
export interface ReinviteEvent {
  readonly type: "reinvite";
  readonly by: "caller" | "callee";
  readonly sdp: string | null;
}

/** The caller has given up before anybody answered. */
export interface CancelEvent {
  readonly type: "cancel";
  /** The Reason header of the CANCEL (RFC 3326), or `null`. */
  readonly reason: string | null;
}

/** An answered call is being hung up. */
export interface ByeEvent {
  readonly type: "bye";
  readonly by: Actor;
  /** The Reason header (RFC 3326), or why the switch hung up, or `null`. */
  readonly reason: string | null;
}

/** The call detail record: one per call, written when it has ended. */
export interface Cdr {
  readonly id: string;
  readonly domain: string;
  /** ISO 8601 in UTC, as all times here; `null` where it did not happen. */
  readonly startedAt: string;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string;
  /** Seconds between answer and end, with fractions; 0 where nobody answered. */
  readonly seconds: number;
  /** `outbound`: the switch has begun it. */
  readonly direction: "inbound" | "outbound";
  /** URI of the caller. */
  readonly from: string;
  /** URI that was called. */
  readonly to: string;
  readonly user: string | null;
  /** The trunk that the call came by, else the one that it left by: the one that answered, or was tried last. */
  readonly trunk: string | null;
  /** Empty, and version 0, where the call ran on none. */
  readonly script: string;
  readonly version: number;
  readonly result: "answered" | "failed" | "cancelled";
  /** The final status code that the caller got, or gave where he was called first: 200 where somebody answered. */
  readonly code: number;
  /** Its reason phrase; of an answered call that the switch or the API has hung up, why, where that was said. */
  readonly reason: string;
  readonly endedBy: Actor;
  readonly legs: readonly Attempt[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The call is over. Always the last event of a call. */
export interface EndedEvent {
  readonly type: "ended";
  readonly cdr: Cdr;
}

/** A key was pressed, by RFC 4733 or by INFO: told once. A key that `gather` takes is told there alone. */
export interface DtmfEvent {
  readonly type: "dtmf";
  readonly by: "caller" | "callee";
  /** `0`-`9`, `*`, `#`, `A`-`D`. */
  readonly digit: string;
}

/** `play` or `say` has come to its end. */
export interface PlayedEvent {
  readonly type: "played";
  readonly end: "finished" | "failed";
  /** Seconds that were heard. */
  readonly seconds: number;
  /** What could not be played and why, or `null`. */
  readonly message: string | null;
}

/** `gather` has come to its end. */
export interface GatheredEvent {
  readonly type: "gathered";
  /** Without the key that ended it; empty where none was pressed. */
  readonly digits: string;
  /** `digits`: as many as asked for; `finish`: a key of `finishOn`; `timeout`: no further key has come. */
  readonly end: "digits" | "finish" | "timeout" | "failed";
  /** Why it failed: the prompt, or the audio of the call; else `null`. */
  readonly message: string | null;
}

/** A recording has come to its end. */
export interface RecordedEvent {
  readonly type: "recorded";
  /** Whom it has: the caller alone (`record`), or both parties (`recordCall`, `forward` with `record`). */
  readonly what: "caller" | "call";
  /** Names the recording for `play` (`recording:ID`), and its file in `data/recordings`; `null` where nothing was kept. */
  readonly recording: string | null;
  readonly seconds: number;
  readonly end: "finish" | "silence" | "limit" | "hangup" | "stopped" | "failed";
  readonly message: string | null;
}

/** `voicemail` has come to its end. */
export interface VoicemailEvent {
  readonly type: "voicemail";
  readonly mailbox: string;
  /** The message, safe on the disk; `null` where there is none. */
  readonly message: string | null;
  readonly seconds: number;
  /** `empty`: nothing was said; `full`, `unknown`: the box takes no message; `failed`: it could not be kept. */
  readonly end: "kept" | "empty" | "full" | "unknown" | "failed";
}

/** One side has put the call on hold, or taken it back; told where the audio passes through the switch. */
export interface HoldEvent {
  readonly type: "hold";
  readonly by: "caller" | "callee";
}

export interface ResumeEvent {
  readonly type: "resume";
  readonly by: "caller" | "callee";
}

/** The audio of one side has stopped coming although it should, or comes again. */
export interface MediaEvent {
  readonly type: "media";
  readonly by: "caller" | "callee";
  readonly state: "lost" | "resumed";
}

/** A timer of the call has run out. */
export interface TimerEvent {
  readonly type: "timer";
  readonly name: string;
}

/**
 * A call has come up against the policy of the script, or the limits or the budget of a trunk (`trunk-…`: the next
 * trunk or target is tried) or of the caller (`user-budget`). `destination`: a target was refused, and is among the attempts of
 * `failed` with code 403. `duration`: the call is ended now. The others have refused the call itself: its route's fallback
 * is done, what the handler returns is not, and further ones within the same second are not told.
 */
export interface LimitEvent {
  readonly type: "limit";
  readonly limit:
    | "destination"
    | "concurrent-calls"
    | "calls-per-second"
    | "duration"
    | "daily-calls"
    | "daily-minutes"
    | "trunk-calls"
    | "trunk-rate"
    | "trunk-budget"
    | "user-budget";
  /** What is not allowed, or how far: a sentence for a log. */
  readonly detail: string;
}

/**
 * A phone wants the other side transferred (REFER). Return `accept()`, `reject(603)`, or `transfer("bob")` to send it
 * where the script likes; nothing: a user of ours gets the transfer, anybody else 603. Once it has come to an end, `transferred` tells.
 */
export interface ReferEvent {
  readonly type: "refer";
  /** Who asks for it. */
  readonly by: "caller" | "callee";
  /** The URI that is to be called. */
  readonly target: string;
  /** The user of ours who asks, or `null`: somebody from outside, for whom `accept()` calls no foreign address. */
  readonly user: string | null;
  /** An attended transfer: the other side takes the place of whoever asks in a second call of his. */
  readonly replaces: boolean;
  /** The Referred-By header (RFC 3892), or `null`. */
  readonly referredBy: string | null;
}

/** A transfer has come to its end. Where it `failed` the parties talk on as before. */
export interface TransferredEvent {
  readonly type: "transferred";
  readonly end: "connected" | "failed";
  /** The party that was to get somebody else to talk to. */
  readonly who: "caller" | "callee";
  /** Who wanted it; `switch`: a decision. */
  readonly by: Actor;
  readonly target: string;
  /** 200, or the best refusal. */
  readonly code: number;
  readonly reason: string;
  /** Who has taken the place of whoever has left; `null` where it failed. */
  readonly leg: Leg | null;
}

export type CallEvent =
  | InviteEvent
  | RingingEvent
  | ProgressEvent
  | AnsweredEvent
  | FailedEvent
  | InfoEvent
  | DtmfEvent
  | PlayedEvent
  | GatheredEvent
  | RecordedEvent
  | VoicemailEvent
  | HoldEvent
  | ResumeEvent
  | MediaEvent
  | TimerEvent
  | LimitEvent
  | ReinviteEvent
  | ReferEvent
  | TransferredEvent
  | CancelEvent
  | ByeEvent
  | EndedEvent;
