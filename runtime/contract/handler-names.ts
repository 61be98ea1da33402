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
  refer: "refer",
  transferred: "transferred",
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
  message: "message",
  subscribe: "subscribe",
  publish: "publish",
  options: "options",
  register: "register",
  registered: "registered",
  unregistered: "unregistered",
  trunk: "trunk",
};

export const HANDLER_NAMES: readonly HandlerName[] = Object.values(handlerNames);

export function isHandlerName(name: string): name is HandlerName {
  return Object.hasOwn(handlerNames, name);
}
