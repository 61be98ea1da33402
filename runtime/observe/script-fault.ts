/** Tells metrics, tail and log that a script has failed at an event, whether of a call or of none. */
import type { Log } from "../base/log.ts";
import type { ReportedFault } from "../port/feed.ts";
import type { Concealment } from "../port/script-data.ts";
import type { EventObserver } from "../port/script-events.ts";
import type { SwitchFeeds } from "./feeds.ts";
import type { Metrics } from "./metrics.ts";

export interface FaultWitnesses {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly feeds: SwitchFeeds;
  /**
   * Keeps secrets out of what is told.
   * @default there are none
   */
  readonly concealment?: Pick<Concealment, "maskFault"> | undefined;
}

export function reportFault({ log, metrics, feeds, concealment }: FaultWitnesses, reported: ReportedFault): void {
  const { ref, handler, callId, eventId } = reported;
  const { script, version } = ref;
  // What is wrong with a decision quotes it.
  const fault = concealment?.maskFault(script, reported.fault) ?? reported.fault;
  const { reason, message, file, line, column, stack } = fault;
  metrics.scriptFaults.inc({ script, version, reason });
  // The others have been counted as outcomes of invocations.
  if (reason === "invalid-decision" || reason === "no-decision") metrics.versions.badAnswer(ref, reason);
  feeds.fault({ ...reported, fault });
  log.warn("A script has failed", {
    ...(callId === null ? { id: eventId } : { call: callId }),
    script,
    version,
    event: handler,
    reason,
    message,
    ...(file === undefined ? {} : { at: `${file}:${line ?? 0}:${column ?? 0}` }),
    ...(stack === undefined ? {} : { stack }),
  });
}

/** For events that belong to no call. */
export function eventObserver(witnesses: FaultWitnesses): EventObserver {
  return {
    eventFault(ref, handler, eventId, fault) {
      reportFault(witnesses, { ref, handler, callId: null, eventId, outcome: fault.reason, fault });
    },
  };
}
