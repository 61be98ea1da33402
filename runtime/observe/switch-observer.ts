/** Turns what happens on the switch into log lines, metrics, events of the API and call records. */

import type { Cdr } from "../../sdk/events.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { ObservedCall, SwitchObserver } from "../port/observer.ts";
import type { HandlerName, ScriptFault } from "../port/script.ts";
import type { Store } from "../port/store.ts";
import type { SwitchFeeds } from "./feeds.ts";
import type { Metrics } from "./metrics.ts";

/** Refusals because of a limit come in thousands; the log says so once in this time. */
const OVERLOAD_LOG_MS = 10_000;

export class Observer implements SwitchObserver {
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #feeds: SwitchFeeds;
  readonly #cdrs: Store["cdrs"];
  readonly #now: () => number;
  #overloadLoggedAt = 0;

  constructor(parts: {
    readonly log: Log;
    readonly metrics: Metrics;
    readonly feeds: SwitchFeeds;
    readonly cdrs: Store["cdrs"];
    readonly now: () => number;
  }) {
    this.#log = parts.log;
    this.#metrics = parts.metrics;
    this.#feeds = parts.feeds;
    this.#cdrs = parts.cdrs;
    this.#now = parts.now;
  }

  callStarted(call: ObservedCall): void {
    this.#publish("started", call);
  }

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
    this.#publish("ended", call);
    this.#cdrs.add(cdr).catch((error: unknown) => {
      // The record is not lost with the store: the log has it.
      this.#log.error("A call record could not be stored", { call: cdr.id, error, personal: { cdr } });
    });
  }

  scriptFault(call: ObservedCall, handler: HandlerName, fault: ScriptFault): void {
    const { script, version } = call;
    const { reason, message, file, line, column, stack } = fault;
    this.#metrics.scriptFaults.inc({ script, version, reason });
    this.#feeds.fault({ ref: { script, version }, handler, callId: call.id, outcome: reason, fault });
    this.#log.warn("A script has failed", {
      call: call.id,
      script,
      version,
      event: handler,
      reason,
      message,
      ...(file === undefined ? {} : { at: `${file}:${line ?? 0}:${column ?? 0}` }),
      ...(stack === undefined ? {} : { stack }),
    });
  }

  audioFailed(call: ObservedCall, problem: string): void {
    this.#log.warn("A call was ended for want of audio", { call: call.id, problem });
  }

  stepFailed(call: ObservedCall, step: string, problem: string): void {
    const { id, script, version } = call;
    this.#log.warn("A step of a plan could not be done", { call: id, script, version, step, problem });
  }

  decisionDropped(call: ObservedCall, handler: HandlerName): void {
    const { id, script, version } = call;
    this.#log.info("A decision came too late and was dropped", { call: id, script, version, event: handler });
  }

  callFailed(call: ObservedCall, error: unknown): void {
    this.#log.error("A call had to be ended because of an internal error", { call: call.id, error });
  }

  overload(limit: "calls" | "calls-per-second" | "transactions"): void {
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
