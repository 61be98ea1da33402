/** Every event of a script: those of a call, and those that belong to no call. */
import type { CallEvent } from "./events.ts";
import type { HttpEvent } from "./http-event.ts";
import type { ScheduleEvent } from "./schedule-event.ts";

/** Events that belong to no call: their handlers are called with the event alone. */
export type StandaloneEvent = HttpEvent | ScheduleEvent;

export type ScriptEvent = CallEvent | StandaloneEvent;
