/** What happens on the switch, told to whoever observes it. Details of a call are built only if somebody asks for them. */
import type { Cdr } from "../../sdk/events.ts";
import type { PolicyLimit, TrunkLimit } from "./policy.ts";
import type { HandlerName, ScriptFault } from "./script.ts";
import type { CallSummary } from "./switch.ts";

export interface ObservedCall {
  readonly id: string;
  readonly script: string;
  readonly version: number;
  /** Milliseconds since 1970, as all times here; `null` before it has happened. */
  readonly startedAt: number;
  readonly ringingAt: number | null;
  readonly answeredAt: number | null;
  summary(): CallSummary;
}

export interface ObservedLeg {
  readonly id: string;
  /** The Call-ID of its messages. */
  readonly callId: string;
}

export interface SwitchObserver {
  callStarted(call: ObservedCall): void;
  /** A call of an earlier process goes on. `callId`: of its caller. */
  callResumed(call: ObservedCall, callId: string, legs: readonly ObservedLeg[]): void;
  /** Somebody is about to be called. */
  legCalled(call: ObservedCall, leg: ObservedLeg): void;
  callRinging(call: ObservedCall): void;
  callAnswered(call: ObservedCall): void;
  callEnded(call: ObservedCall, cdr: Cdr): void;
  /** A script has failed at an event of a call. */
  scriptFault(call: ObservedCall, handler: HandlerName, fault: ScriptFault): void;
  /** The audio of a side that ends at the switch: what was agreed on, played, recorded, lost, and how good it was. */
  audioNoted(call: ObservedCall, side: "caller" | "callee", what: string, text: string): void;
  /** A call had to be ended, since there is no audio for it (any more). */
  audioFailed(call: ObservedCall, problem: string): void;
  /** A step of a plan could not be done; the plan goes on. */
  stepFailed(call: ObservedCall, step: string, problem: string): void;
  /** A transfer has come to its end. `text`: who, to whom, and what the outcome was. */
  transferEnded(call: ObservedCall, end: "connected" | "failed", text: string): void;
  /** The call has come up against the policy of its script, or the limits of a trunk. */
  limitReached(call: ObservedCall, limit: PolicyLimit | TrunkLimit, detail: string): void;
  /** A decision came when the call was over or had gone on: nothing was done with it. */
  decisionDropped(call: ObservedCall, handler: HandlerName): void;
  /** A call is ended since a side of it is not there any more. */
  callReaped(call: ObservedCall, reason: ReapReason): void;
  /** Nothing has been heard of a side for so many seconds, though it is there and should be heard. */
  audioSilent(call: ObservedCall, side: "caller" | "callee", seconds: number): void;
  /** A bug of ours: the call it happened in has been ended. */
  callFailed(call: ObservedCall, error: unknown): void;
  /** A new call, or a new subscription, was refused because of a limit of the whole switch. */
  overload(limit: OverloadLimit): void;
}

/**
 * Why a call was ended by the switch for want of a side: a response of ours was never acknowledged, a session was not
 * refreshed (RFC 4028), a side has not answered two pings, has answered that it knows nothing of the call, or has fallen silent
 * and does not answer.
 */
export type ReapReason =
  | "ack-missing"
  | "prack-missing"
  | "session-expired"
  | "ping-unanswered"
  | "dialog-gone"
  | "silence";

/** `busy`: the process has more to do than it can. */
export type OverloadLimit = "busy" | "calls" | "calls-per-second" | "transactions" | "subscriptions";
