/** Events of a call: what the switch tells a script. Only events that a script handles are sent to it. */
import type { Leg } from "./call.ts";

/** Who did something: one of the two phones, the switch itself, or somebody over the HTTP API. */
export type Actor = "caller" | "callee" | "switch" | "api";

/** A call comes in. The handler must return a decision. */
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
  /** The final status code: the callee's, or 408 (no answer), 404 (unknown target), 480 (not registered), 487 (given up). */
  readonly code: number;
  readonly reason: string;
}

/** The plan has run out and nobody answered. The handler may return another plan. */
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
  /** URI of the caller. */
  readonly from: string;
  /** URI that was called. */
  readonly to: string;
  readonly user: string | null;
  readonly trunk: string | null;
  readonly script: string;
  readonly version: number;
  readonly result: "answered" | "failed" | "cancelled";
  /** The final status code that the caller got: 200 where somebody answered. */
  readonly code: number;
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

export type CallEvent =
  | InviteEvent
  | RingingEvent
  | ProgressEvent
  | AnsweredEvent
  | FailedEvent
  | InfoEvent
  | ReinviteEvent
  | CancelEvent
  | ByeEvent
  | EndedEvent;
