/** What the rooms need to tell a script of something that belongs to no call, and to get its answer. */
import type { StandaloneEvent } from "../../sdk/script-event.ts";
import type { Result } from "../base/result.ts";
import type { HandlerName, ScriptFault, ScriptRef } from "./script.ts";

/** One event for one script. */
export interface EventRun<Value> {
  readonly script: string;
  /** Names the event in the tail, and chooses the version where several share a deployment. */
  readonly id: string;
  readonly event: StandaloneEvent;
  /** Checks what the handler returned; the problem is told to the script's author. */
  readonly parse: (value: unknown) => Result<Value, string>;
}

export type EventOutcome<Value> =
  | { readonly type: "returned"; readonly ref: ScriptRef; readonly value: Value }
  /** There is no such script, or what is live of it does not handle the event. */
  | { readonly type: "unhandled" }
  /** Told to observers already: whoever began the event does what is right for all without a script. */
  | { readonly type: "fault"; readonly fault: ScriptFault };

export interface ScriptEvents {
  /** Whether some live version of the script handles the event. */
  isHandled(script: string, handler: HandlerName): boolean;
  /** Tells the script; whatever goes wrong is an outcome. A handler runs to its end, whoever has gone meanwhile. */
  run<Value>(run: EventRun<Value>): Promise<EventOutcome<Value>>;
}

export interface EventObserver {
  /** A script has failed at an event that belongs to no call. */
  eventFault(ref: ScriptRef, handler: HandlerName, eventId: string, fault: ScriptFault): void;
}
