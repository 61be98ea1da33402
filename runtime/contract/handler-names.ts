/** The names a handler may have: one per event of a call. An event that lacks here does not compile. */
import type { CallEvent } from "../../sdk/events.ts";

type HandlerName = CallEvent["type"];

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
  cancel: "cancel",
  bye: "bye",
  ended: "ended",
};

export const HANDLER_NAMES: readonly HandlerName[] = Object.values(handlerNames);

export function isHandlerName(name: string): name is HandlerName {
  return Object.hasOwn(handlerNames, name);
}
