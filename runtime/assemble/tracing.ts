/** Puts traces together: around the scripts and the observer of the switch where somebody collects them, and nowhere else. */
import type { Config } from "../config/config.ts";
import { CallSpans } from "../observe/tracing/call-spans.ts";
import { TracedScripts } from "../observe/tracing/traced-scripts.ts";
import { TracedSwitch } from "../observe/tracing/traced-switch.ts";
import { flushTraces, isTraced } from "../observe/tracing/tracer.ts";
import type { SwitchObserver } from "../port/observer.ts";
import type { LiveHandlers, Scripts } from "../port/script.ts";

export interface TracingRooms {
  ofScripts<Some extends Scripts & LiveHandlers>(scripts: Some): Scripts & LiveHandlers;
  ofSwitch(observer: SwitchObserver): SwitchObserver;
  stop(): Promise<void>;
}

export function assembleTracing({ tracing }: Config): TracingRooms {
  if (!isTraced()) return { ofScripts: (scripts) => scripts, ofSwitch: (observer) => observer, stop: async () => {} };
  const spans = new CallSpans(tracing);
  return {
    ofScripts: (scripts) => new TracedScripts(scripts, spans, tracing),
    ofSwitch: (observer) => new TracedSwitch(observer, spans),
    stop: flushTraces,
  };
}
