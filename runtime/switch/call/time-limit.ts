/** How long an answered call may last: by the decision that has connected it, or by the policy of its script. */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { limitReached, secondsLeft } from "../policy/call-policy.ts";
import type { Call } from "./call.ts";
import type { CallLimit } from "./call-state.ts";

export class TimeLimit implements TimerOwner {
  readonly #call: Call;
  #timer: Timer | null = null;

  constructor(call: Call) {
    this.#call = call;
  }

  /** How many seconds it may last from now on. */
  set(seconds: number): void {
    this.stop();
    if (this.#call.state.isEmergency === true) return;
    const left = secondsLeft(this.#call);
    const at = this.#call.exchange.clock.now() + Math.min(seconds, left) * 1000;
    this.resume({ at, kind: left < seconds ? "policy" : "limit" });
  }

  resume(until: CallLimit): void {
    this.#call.state.until = until;
    this.#timer = this.#call.startTimer(Math.max(0, until.at - this.#call.exchange.clock.now()), this, until.kind);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  expire(kind: string): void {
    if (kind === "policy") {
      limitReached(this.#call, { limit: "duration", detail: "the call has lasted maxSeconds" });
    }
    this.#call.hangUp("switch", "The call has reached its time limit");
  }
}
