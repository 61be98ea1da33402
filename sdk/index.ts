/**
 * What a script imports as `"strowger"`: builders of decisions, and the types of calls, events and decisions.
 *
 * @example
 * import { forward, reject, type Script } from "strowger";
 *
 * export default {
 *   invite(call) {
 *     if (call.to.user === "100") return forward("alice", { ringSeconds: 20 });
 *     return reject(404);
 *   },
 * } satisfies Script;
 */
export type { Call, Headers, Json, Leg, Party } from "./call.ts";
export type {
  Decision,
  Forward,
  ForwardOptions,
  Hangup,
  HangupOptions,
  HeaderFields,
  Plan,
  Redirect,
  RedirectOptions,
  Reject,
  RejectOptions,
  Tag,
  Target,
} from "./decisions.ts";
export { forward, hangup, redirect, reject, tag } from "./decisions.ts";
export type {
  Actor,
  AnsweredEvent,
  Attempt,
  ByeEvent,
  CallEvent,
  CancelEvent,
  Cdr,
  EndedEvent,
  FailedEvent,
  InfoEvent,
  InviteEvent,
  ProgressEvent,
  ReinviteEvent,
  RingingEvent,
} from "./events.ts";
export type { Script } from "./script.ts";
