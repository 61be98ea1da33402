/** An observer of the switch that also records what it is told of calls. */
import type { Cdr } from "../../../sdk/events.ts";
import type { ObservedCall, ObservedLeg, OverloadLimit, ReapReason, SwitchObserver } from "../../port/observer.ts";
import type { PolicyLimit } from "../../port/policy.ts";
import type { HandlerName, ScriptFault } from "../../port/script.ts";
import type { CallRecorder } from "./recorder.ts";

export class RecordedSwitch implements SwitchObserver {
  readonly #observer: SwitchObserver;
  readonly #recorder: CallRecorder;

  constructor(observer: SwitchObserver, recorder: CallRecorder) {
    this.#observer = observer;
    this.#recorder = recorder;
  }

  callStarted(call: ObservedCall): void {
    this.#recorder.begin(call);
    this.#observer.callStarted(call);
  }

  callResumed(call: ObservedCall, callId: string, legs: readonly ObservedLeg[]): void {
    this.#recorder.resume(call, callId, legs);
    this.#fact(call, "resumed", "the switch has restarted: what was before is not here");
    this.#observer.callResumed(call, callId, legs);
  }

  legCalled(call: ObservedCall, leg: ObservedLeg): void {
    this.#recorder.legCalled(call, leg);
    this.#observer.legCalled(call, leg);
  }

  callRinging(call: ObservedCall): void {
    this.#observer.callRinging(call);
  }

  callAnswered(call: ObservedCall): void {
    this.#fact(call, "answered", "");
    this.#observer.callAnswered(call);
  }

  callEnded(call: ObservedCall, cdr: Cdr): void {
    this.#recorder.end(call.id, cdr);
    this.#observer.callEnded(call, cdr);
  }

  scriptFault(call: ObservedCall, handler: HandlerName, fault: ScriptFault): void {
    const recording = this.#recorder.find(call.id);
    if (recording !== undefined) {
      recording.faults++;
      recording.add({ type: "fault", at: this.#recorder.now(), handler, fault });
    }
    this.#observer.scriptFault(call, handler, fault);
  }

  audioNoted(call: ObservedCall, side: "caller" | "callee", what: string, text: string): void {
    this.#fact(call, what, text === "" ? side : `${side}: ${text}`);
    this.#observer.audioNoted(call, side, what, text);
  }

  audioFailed(call: ObservedCall, problem: string): void {
    this.#fact(call, "audio-failed", problem);
    this.#observer.audioFailed(call, problem);
  }

  stepFailed(call: ObservedCall, step: string, problem: string): void {
    this.#fact(call, "step-failed", `${step}: ${problem}`);
    this.#observer.stepFailed(call, step, problem);
  }

  transferEnded(call: ObservedCall, end: "connected" | "failed", text: string): void {
    this.#fact(call, `transfer-${end}`, text);
    this.#observer.transferEnded(call, end, text);
  }

  limitReached(call: ObservedCall, limit: PolicyLimit, detail: string): void {
    this.#fact(call, "limit", `${limit}: ${detail}`);
    this.#observer.limitReached(call, limit, detail);
  }

  decisionDropped(call: ObservedCall, handler: HandlerName): void {
    this.#fact(call, "decision-dropped", `${handler}: the call was over or had gone on`);
    this.#observer.decisionDropped(call, handler);
  }

  callReaped(call: ObservedCall, reason: ReapReason): void {
    this.#fact(call, "reaped", reason);
    this.#observer.callReaped(call, reason);
  }

  audioSilent(call: ObservedCall, side: "caller" | "callee", seconds: number): void {
    this.#fact(call, "audio-silent", `${side}: for ${seconds} s, and the phone answers`);
    this.#observer.audioSilent(call, side, seconds);
  }

  callFailed(call: ObservedCall, error: unknown): void {
    this.#fact(call, "internal-error", error instanceof Error ? error.message : String(error));
    this.#observer.callFailed(call, error);
  }

  overload(limit: OverloadLimit): void {
    this.#observer.overload(limit);
  }

  #fact(call: ObservedCall, what: string, text: string): void {
    this.#recorder.find(call.id)?.addFact(what, text);
  }
}
