/** A script as plain functions that answer on virtual time, and an observer that writes down what it is told. */

import type { Clock } from "../../../../runtime/base/clock.ts";
import type { ObservedCall, OverloadLimit, ReapReason, SwitchObserver } from "../../../../runtime/port/observer.ts";
import type { PolicyLimit } from "../../../../runtime/port/policy.ts";
import type {
  FaultReason,
  HandlerName,
  ScriptFault,
  ScriptOutcome,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../../../../runtime/port/script.ts";
import type { Plan } from "../../../../sdk/decisions.ts";
import type { CallEvent, Cdr } from "../../../../sdk/events.ts";

/** Something else than a plan at once: later, with a state, a fault, or no outcome at all. */
export class Reply {
  readonly outcome: ScriptOutcome | "never";
  readonly afterMs: number;

  constructor(outcome: ScriptOutcome | "never", afterMs = 1) {
    this.outcome = outcome;
    this.afterMs = afterMs;
  }
}

export function later(ms: number, value?: unknown, state?: string): Reply {
  return new Reply({ type: "returned", value, state }, ms);
}

export function faults(reason: FaultReason = "threw"): Reply {
  return new Reply({ type: "fault", fault: { reason, message: "as the test asks" } });
}

/** The handler hangs. */
export const never = new Reply("never");

/** What a handler gets of the call. */
export interface CallInput {
  readonly id: string;
  readonly direction: "inbound" | "outbound";
  readonly user: string | null;
  readonly sdp: string | null;
  readonly source: string;
  readonly legs: readonly { readonly target: string; readonly state: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly from: { readonly uri: string; readonly name: string };
  readonly to: { readonly user: string };
}

type EventOf<Name extends HandlerName> = Extract<CallEvent, { type: Name }>;

export type Handlers = {
  readonly [Name in HandlerName]?: (call: CallInput, event: EventOf<Name>, state: string) => Plan | Reply | undefined;
};

export class ScriptedScripts implements Scripts {
  handlers: Handlers;
  /** Events in the order in which the script got them. */
  readonly events: CallEvent[] = [];
  readonly aborted: number[] = [];
  missing: ScriptFault | undefined;
  /** Runs that have begun and have had no outcome. */
  running = 0;
  /** The most runs that were ever under way for one call. */
  mostRunning = 0;
  readonly #clock: Clock;
  readonly #perCall = new Map<string, number>();
  readonly #live = new Map<number, string>();
  #ticket = 0;

  constructor(handlers: Handlers, clock: Clock) {
    this.handlers = handlers;
    this.#clock = clock;
  }

  get names(): string[] {
    return this.events.map(({ type }) => type);
  }

  pick(script: string): ScriptRef | ScriptFault {
    return this.missing ?? { script, version: 1 };
  }

  handles(_ref: ScriptRef, handler: HandlerName): boolean {
    return this.handlers[handler] !== undefined;
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const ticket = ++this.#ticket;
    const { call, event } = JSON.parse(run.json) as { call: CallInput; event: CallEvent };
    this.events.push(event);
    this.#begin(ticket, run.callId ?? "");
    // The table has, for each event, the handler that takes it.
    const handler = this.handlers[run.handler] as (call: CallInput, event: CallEvent, state: string) => unknown;
    const answer = handler(call, event, run.state);
    const reply = answer instanceof Reply ? answer : later(1, answer);
    if (reply.outcome === "never") return ticket;
    const { outcome } = reply;
    const expire = () => {
      if (this.#end(ticket)) owner.scriptOutcome(ticket, outcome);
    };
    this.#clock.startTimer(reply.afterMs, { expire }, "script");
    return ticket;
  }

  abort(ticket: number): void {
    this.aborted.push(ticket);
    this.#end(ticket);
  }

  #begin(ticket: number, call: string): void {
    const running = (this.#perCall.get(call) ?? 0) + 1;
    this.#perCall.set(call, running);
    this.#live.set(ticket, call);
    this.mostRunning = Math.max(this.mostRunning, running);
    this.running++;
  }

  #end(ticket: number): boolean {
    const call = this.#live.get(ticket);
    if (call === undefined) return false;
    this.#live.delete(ticket);
    this.#perCall.set(call, (this.#perCall.get(call) ?? 1) - 1);
    this.running--;
    return true;
  }
}

export class RecordingObserver implements SwitchObserver {
  readonly told: string[] = [];
  readonly cdrs: Cdr[] = [];
  readonly faults: (ScriptFault & { readonly handler: HandlerName })[] = [];
  readonly dropped: HandlerName[] = [];
  readonly failures: unknown[] = [];
  readonly overloads: string[] = [];
  /** What a step, or the audio of a call, has come to grief over. */
  readonly problems: string[] = [];
  readonly limits: string[] = [];
  /** Why calls were ended for want of a side. */
  readonly reaped: ReapReason[] = [];
  /** Sides that have fallen silent and are there. */
  readonly silent: string[] = [];
  /** How transfers have ended. */
  readonly transfers: string[] = [];
  /** What the audio of calls was, and came to. */
  readonly audio: string[] = [];

  callStarted(_call: ObservedCall): void {
    this.told.push("started");
  }

  callResumed(): void {
    this.told.push("resumed");
  }

  legCalled(): void {}

  audioNoted(_call: ObservedCall, side: "caller" | "callee", what: string, text: string): void {
    this.audio.push(`${side} ${what}: ${text}`);
  }

  callRinging(_call: ObservedCall): void {
    this.told.push("ringing");
  }

  callAnswered(_call: ObservedCall): void {
    this.told.push("answered");
  }

  callEnded(_call: ObservedCall, cdr: Cdr): void {
    this.told.push("ended");
    this.cdrs.push(cdr);
  }

  scriptFault(_call: ObservedCall, handler: HandlerName, fault: ScriptFault): void {
    this.faults.push({ ...fault, handler });
  }

  decisionDropped(_call: ObservedCall, handler: HandlerName): void {
    this.dropped.push(handler);
  }

  audioFailed(_call: ObservedCall, problem: string): void {
    this.problems.push(problem);
  }

  stepFailed(_call: ObservedCall, step: string, problem: string): void {
    this.problems.push(`${step}: ${problem}`);
  }

  transferEnded(_call: ObservedCall, end: "connected" | "failed", text: string): void {
    this.transfers.push(`${end}: ${text}`);
  }

  limitReached(_call: ObservedCall, limit: PolicyLimit, detail: string): void {
    this.limits.push(`${limit}: ${detail}`);
  }

  callReaped(_call: ObservedCall, reason: ReapReason): void {
    this.reaped.push(reason);
  }

  audioSilent(_call: ObservedCall, side: "caller" | "callee", seconds: number): void {
    this.silent.push(`${side} for ${seconds} s`);
  }

  callFailed(_call: ObservedCall, error: unknown): void {
    this.failures.push(error);
  }

  overload(limit: OverloadLimit): void {
    this.overloads.push(limit);
  }
}
