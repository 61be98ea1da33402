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

export type {
  Answer,
  AudioDecision,
  EarlyOptions,
  Gather,
  GatherOptions,
  Play,
  PlayOptions,
  Record,
  RecordCall,
  RecordOptions,
  Ring,
  Say,
  SayOptions,
  SendDtmf,
  SendDtmfOptions,
  Sound,
  Voicemail,
  VoicemailOptions,
  Wait,
} from "./audio.ts";
export { answer, gather, play, record, recordCall, ring, say, sendDtmf, wait } from "./audio.ts";
export type { Call, Headers, Json, Leg, Party } from "./call.ts";
export type { CallsFilter, CallsListOptions, LiveCall, OriginateOptions } from "./calls.ts";
export { calls } from "./calls.ts";
export type {
  Confirm,
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
  Timer,
} from "./decisions.ts";
export { cancelTimer, forward, hangup, redirect, reject, tag, timer } from "./decisions.ts";
export { env } from "./env.ts";
export type {
  Actor,
  AnsweredEvent,
  Attempt,
  ByeEvent,
  CallEvent,
  CancelEvent,
  Cdr,
  DtmfEvent,
  EndedEvent,
  FailedEvent,
  GatheredEvent,
  HoldEvent,
  InfoEvent,
  InviteEvent,
  LimitEvent,
  MediaEvent,
  PlayedEvent,
  ProgressEvent,
  RecordedEvent,
  ReinviteEvent,
  ResumeEvent,
  RingingEvent,
  TimerEvent,
  VoicemailEvent,
} from "./events.ts";
export type { Hours, HoursOptions, OpenSpans, Weekday } from "./hours.ts";
export { hours } from "./hours.ts";
export type { HttpEvent, HttpResponse, ResponseLike } from "./http-event.ts";
export type { KvEntry, KvExpected, KvExpiry, KvList, KvListOptions, KvSetOptions } from "./kv.ts";
export { kv } from "./kv.ts";
export type { OperationErrorCode } from "./operation.ts";
export { OperationError } from "./operation.ts";
export type { PhoneNumber, PhoneNumberType, PhoneOptions } from "./phone.ts";
export { phone } from "./phone.ts";
export type { Registration } from "./registrations.ts";
export { registrations } from "./registrations.ts";
export type { ScheduleEvent } from "./schedule-event.ts";
export type { Script } from "./script.ts";
export type { ScriptEvent, StandaloneEvent } from "./script-event.ts";
export { secrets } from "./secrets.ts";
export type { User, UsersListOptions } from "./users.ts";
export { users } from "./users.ts";
export type {
  VoicemailCounts,
  VoicemailFolder,
  VoicemailGreeting,
  VoicemailMessage,
  VoicemailMessagesOptions,
  VoicemailPinCheck,
  VoicemailSettings,
} from "./voicemail.ts";
export { voicemail } from "./voicemail.ts";
