/** Turns what happens on the switch into log lines, metrics, events of the API and call records. */

import type { Cdr } from "../../sdk/events.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { ObservedCall, OverloadLimit, ReapReason, SwitchObserver } from "../port/observer.ts";
import type { PolicyLimit, TrunkLimit } from "../port/policy.ts";
import type { HandlerName, ScriptFault } from "../port/script.ts";
import type { Store } from "../port/store.ts";
import type { SwitchFeeds } from "./feeds.ts";
import type { Metrics } from "./metrics.ts";
import { type FaultWitnesses, reportFault } from "./script-fault.ts";

/** Refusals because of a limit come in thousands; the log says so once in this time. */
const OVERLOAD_LOG_MS = 10_000;

export class Observer implements SwitchObserver {
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #feeds: SwitchFeeds;
  readonly #cdrs: Store["cdrs"];
  readonly #now: () => number;
  readonly #concealment: FaultWitnesses["concealment"];
  /** Calls whose script has failed at the INVITE. */
  readonly #fellBack = new WeakSet<ObservedCall>();
  readonly #recordStored: (id: string) => void;
  #overloadLoggedAt = 0;

  constructor(parts: {
    readonly log: Log;
    readonly metrics: Metrics;
    readonly feeds: SwitchFeeds;
    readonly cdrs: Store["cdrs"];
    readonly now: () => number;
    readonly concealment?: FaultWitnesses["concealment"];
    /** The record of a call is safe. */
    readonly recordStored?: (id: string) => void;
  }) {
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.#feeds = parts.feeds;
    this.#cdrs = parts.cdrs;
    this.#now = parts.now;
    this.#concealment = parts.concealment;
    this.#recordStored = parts.recordStored ?? (() => {});
  }

  callStarted(call: ObservedCall): void {
    this.#publish("started", call);
  }

  callResumed(): void {}

  legCalled(): void {}

  audioNoted(): void {}

  callRinging(call: ObservedCall): void {
    this.#metrics.postDialDelay.observe((this.#now() - call.startedAt) / 1000);
    this.#publish("ringing", call);
  }

  callAnswered(call: ObservedCall): void {
    if (call.ringingAt === null) this.#metrics.postDialDelay.observe((this.#now() - call.startedAt) / 1000);
    this.#publish("answered", call);
  }

  callEnded(call: ObservedCall, cdr: Cdr): void {
    this.#metrics.calls.count(cdr.result);
    if (call.version > 0) this.#metrics.versions.callEnded(call, this.#fellBack.has(call) || isOurFailure(cdr));
    this.#publish("ended", call);
    this.#cdrs.add(cdr).then(
      () => this.#recordStored(cdr.id),
      (error: unknown) => {
        // The record is not lost with the store: the log has it.
        this.#log.error("A call record could not be stored", { call: cdr.id, error, personal: { cdr } });
        this.#recordStored(cdr.id);
      },
    );
  }

  scriptFault(call: ObservedCall, handler: HandlerName, fault: ScriptFault): void {
    const { script, version } = call;
    if (handler === "invite") this.#fellBack.add(call);
    const witnesses = { log: this.#log, metrics: this.#metrics, feeds: this.#feeds, concealment: this.#concealment };
    reportFault(witnesses, { ref: { script, version }, handler, callId: call.id, outcome: fault.reason, fault });
  }

  audioFailed(call: ObservedCall, problem: string): void {
    this.#log.warn("A call was ended for want of audio", { call: call.id, problem });
  }

  stepFailed(call: ObservedCall, step: string, problem: string): void {
    const { id, script, version } = call;
    this.#log.warn("A step of a plan could not be done", { call: id, script, version, step, problem });
  }

  transferEnded(_call: ObservedCall, end: "connected" | "failed"): void {
    this.#metrics.transfers.count(end);
  }

  limitReached({ script }: ObservedCall, limit: PolicyLimit | TrunkLimit): void {
    this.#metrics.policyLimits.inc({ script, limit });
  }

  decisionDropped(call: ObservedCall, handler: HandlerName): void {
    const { id, script, version } = call;
    this.#log.info("A decision came too late and was dropped", { call: id, script, version, event: handler });
  }

  callReaped(call: ObservedCall, reason: ReapReason): void {
    this.#metrics.callsReaped.count(reason);
    this.#log.info("A call was ended: a side of it is not there any more", { call: call.id, reason });
  }

  audioSilent(call: ObservedCall, side: "caller" | "callee", seconds: number): void {
    this.#metrics.silentSides.count(side);
    this.#log.info("Nothing is heard of a side of a call, which is there", { call: call.id, side, seconds });
  }

  callFailed(call: ObservedCall, error: unknown): void {
    this.#log.error("A call had to be ended because of an internal error", { call: call.id, error });
  }

  overload(limit: OverloadLimit): void {
    this.#metrics.overload.inc({ limit });
    const now = this.#now();
    if (now - this.#overloadLoggedAt < OVERLOAD_LOG_MS) return;
    this.#overloadLoggedAt = now;
    this.#log.warn("New requests are refused with 503: a limit is reached", { limit });
  }

  #publish(what: "started" | "ringing" | "answered" | "ended", call: ObservedCall): void {
    const { events } = this.#feeds;
    if (!events.hasAudience) return;
    events.publish({ type: "call", at: isoTime(this.#now()), what, call: call.summary() });
  }
}

/** The switch, or the script in its name, has refused the call with a 5xx of its own. */
function isOurFailure({ result, code, endedBy }: Cdr): boolean {
  return result === "failed" && code >= 500 && code < 600 && endedBy === "switch";
}
