/** The faults that the switch itself finds, in words: why an event does not run, and what it was lost to. */
import type { FaultReason, ScriptFault, ScriptRef, ScriptRun } from "../port/script.ts";
import type { Entry } from "./entry.ts";
import type { Loss } from "./host.ts";
import type { SandboxLimits } from "./limits.ts";

const LOSSES = {
  died: { reason: "crashed", what: "took its host process down" },
  stuck: { reason: "timeout", what: "could not be stopped and its host process was ended" },
  "too-large": { reason: "memory", what: "took too much memory outside of its heap and its host process was ended" },
} as const;

export function notLoaded({ ref }: ScriptRun): ScriptFault {
  return refusal(ref, "missing", "is not loaded");
}

export function noHandler({ ref, handler }: ScriptRun): ScriptFault {
  return refusal(ref, "missing", `has no handler "${handler}"`);
}

export function quarantined({ ref }: ScriptRun): ScriptFault {
  const why = "it took too much time or memory three times, or took its host down";
  return refusal(ref, "quarantined", `is in quarantine: ${why}`);
}

export function tooLargeEvent({ ref, json }: ScriptRun, { eventBytes }: SandboxLimits): ScriptFault {
  const size = `${json.length} bytes of JSON, ${eventBytes} at most`;
  return refusal(ref, "overloaded", `cannot take so large an event: ${size}`);
}

export function noRoom({ ref }: ScriptRun): ScriptFault {
  return refusal(ref, "overloaded", "waits behind too many events");
}

/** Of a handler that has waited for as long as it may. */
export function overdueHandler({ awaited }: Entry, { handlerMs }: SandboxLimits): ScriptFault {
  const what = awaited === undefined ? "" : `: it still waits for "${awaited}"`;
  return { reason: "timeout", message: `The handler did not finish within ${handlerMs} ms${what}` };
}

/** Of what a host was lost to. */
export function hostLostTo(culprit: Entry, loss: Loss): ScriptFault {
  const { reason, what } = LOSSES[loss];
  return { reason, message: `${nameOf(culprit)} ${what}` };
}

/** Of a handler that waited in a host that was lost to something else. */
export function lostToAnother(entry: Entry): ScriptFault {
  return { reason: "crashed", message: `${nameOf(entry)} waited in a host process that was lost to another event` };
}

/** Of what waited in a lost host, and goes to no other. */
export function noOtherHost(entry: Entry): ScriptFault {
  const why = entry.isResent ? "was to run in two host processes that were lost" : "found no host process to run in";
  return { reason: entry.isResent ? "crashed" : "overloaded", message: `${nameOf(entry)} ${why}` };
}

function refusal({ script, version }: ScriptRef, reason: FaultReason, what: string): ScriptFault {
  return { reason, message: `Version ${version} of "${script}" ${what}` };
}

function nameOf(entry: Entry): string {
  const { script, version } = entry.version.ref;
  const during = entry.work === null ? "while it was loaded" : `during "${entry.work.run.handler}"`;
  return `Version ${version} of "${script}" ${during}`;
}
