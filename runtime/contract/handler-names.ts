/** The names a handler may have: one per event. An event that lacks here does not compile. */
import type { ScriptEvent } from "../../sdk/script-event.ts";

type HandlerName = ScriptEvent["type"];

export const handlerNames: { readonly [Name in HandlerName]: Name } = {
  invite: "invite",
  ringing: "ringing",
  progress: "progress",
  answered: "answered",
  failed: "failed",
  info: "info",
  reinvite: "reinvite",
  dtmf: "dtmf",
  played: "played",
  gathered: "gathered",
  recorded: "recorded",
  voicemail: "voicemail",
  hold: "hold",
  resume: "resume",
  media: "media",
  timer: "timer",
  limit: "limit",
  cancel: "cancel",
  bye: "bye",
  ended: "ended",
  http: "http",
  schedule: "schedule",
};

export const HANDLER_NAMES: readonly HandlerName[] = Object.values(handlerNames);

export function isHandlerName(name: string): name is HandlerName {
  return Object.hasOwn(handlerNames, name);
}
