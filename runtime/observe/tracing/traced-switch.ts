/** An observer of the switch that also makes spans of calls. */
import type { Cdr } from "../../../sdk/events.ts";
import type { ObservedCall, ObservedLeg, OverloadLimit, ReapReason, SwitchObserver } from "../../port/observer.ts";
import type { PolicyLimit, TrunkLimit } from "../../port/policy.ts";
import type { HandlerName, ScriptFault } from "../../port/script.ts";
import type { CallSpans } from "./call-spans.ts";

export class TracedSwitch implements SwitchObserver {
  readonly #observer: SwitchObserver;
  readonly #spans: CallSpans;

  constructor(observer: SwitchObserver, spans: CallSpans) {
    this.#observer = observer;
    this.#spans = spans;
  }

  callStarted(call: ObservedCall): void {
    this.#spans.begin(call);
    this.#observer.callStarted(call);
  }

  callResumed(call: ObservedCall, callId: string, legs: readonly ObservedLeg[]): void {
    this.#spans.begin(call, { "strowger.call.resumed": true });
    this.#observer.callResumed(call, callId, legs);
  }

  legCalled(call: ObservedCall, leg: ObservedLeg): void {
    this.#observer.legCalled(call, leg);
  }

  callRinging(call: ObservedCall): void {
    this.#spans.happened(call.id, "ringing");
    this.#observer.callRinging(call);
  }

  callAnswered(call: ObservedCall): void {
    this.#spans.happened(call.id, "answered");
    this.#observer.callAnswered(call);
  }

  callEnded(call: ObservedCall, cdr: Cdr): void {
    this.#spans.end(call.id, cdr);
    this.#observer.callEnded(call, cdr);
  }

  scriptFault(call: ObservedCall, handler: HandlerName, fault: ScriptFault): void {
    this.#observer.scriptFault(call, handler, fault);
  }

  audioNoted(call: ObservedCall, side: "caller" | "callee", what: string, text: string): void {
    this.#observer.audioNoted(call, side, what, text);
  }

  audioFailed(call: ObservedCall, problem: string): void {
    this.#spans.happened(call.id, "audio-failed");
    this.#observer.audioFailed(call, problem);
  }

  stepFailed(call: ObservedCall, step: string, problem: string): void {
    this.#spans.happened(call.id, "step-failed");
    this.#observer.stepFailed(call, step, problem);
  }

  transferEnded(call: ObservedCall, end: "connected" | "failed", text: string): void {
    this.#spans.happened(call.id, `transfer-${end}`);
    this.#observer.transferEnded(call, end, text);
  }

  limitReached(call: ObservedCall, limit: PolicyLimit | TrunkLimit, detail: string): void {
    this.#spans.happened(call.id, "limit");
    this.#observer.limitReached(call, limit, detail);
  }

  decisionDropped(call: ObservedCall, handler: HandlerName): void {
    this.#observer.decisionDropped(call, handler);
  }

  callReaped(call: ObservedCall, reason: ReapReason): void {
    this.#spans.happened(call.id, "reaped");
    this.#observer.callReaped(call, reason);
  }

  audioSilent(call: ObservedCall, side: "caller" | "callee", seconds: number): void {
    this.#observer.audioSilent(call, side, seconds);
  }

  callFailed(call: ObservedCall, error: unknown): void {
    this.#spans.happened(call.id, "internal-error");
    this.#observer.callFailed(call, error);
  }

  overload(limit: OverloadLimit): void {
    this.#observer.overload(limit);
  }
}
