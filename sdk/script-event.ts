/** Every event of a script: those of a call, and those that belong to no call. */
import type { CallEvent } from "./events.ts";
import type { HttpEvent } from "./http-event.ts";
import type { RegisterEvent, RegisteredEvent, UnregisteredEvent } from "./register-events.ts";
import type { MessageEvent, OptionsEvent, PublishEvent, SubscribeEvent } from "./request-event.ts";
import type { ScheduleEvent } from "./schedule-event.ts";
import type { TrunkEvent } from "./trunk-event.ts";

/** Events that belong to no call: their handlers are called with the event alone. */
export type StandaloneEvent =
  | HttpEvent
  | ScheduleEvent
  | MessageEvent
  | SubscribeEvent
  | PublishEvent
  | OptionsEvent
  | RegisterEvent
  | RegisteredEvent
  | UnregisteredEvent
  | TrunkEvent;

export type ScriptEvent = CallEvent | StandaloneEvent;
