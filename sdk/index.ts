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

export type { Accept, AcceptOptions } from "./accept.ts";
export { accept } from "./accept.ts";
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
export type { Call, Headers, Json, Leg, Party, SipTransport } from "./call.ts";
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
export { cancelTimer, forward, hangup, redirect, reject, tag, timer, trunk } from "./decisions.ts";
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
  ReferEvent,
  ReinviteEvent,
  ResumeEvent,
  RingingEvent,
  TimerEvent,
  TransferredEvent,
  VoicemailEvent,
} from "./events.ts";
export type { Hours, HoursOptions, OpenSpans, Weekday } from "./hours.ts";
export { hours } from "./hours.ts";
export type { HttpEvent, HttpResponse, ResponseLike } from "./http-event.ts";
export type { KvEntry, KvExpected, KvExpiry, KvList, KvListOptions, KvSetOptions } from "./kv.ts";
export { kv } from "./kv.ts";
export type { SendMessageOptions, SentMessage } from "./messages.ts";
export { messages } from "./messages.ts";
export type { OperationErrorCode } from "./operation.ts";
export { OperationError } from "./operation.ts";
export type { PhoneNumber, PhoneNumberType, PhoneOptions } from "./phone.ts";
export { phone } from "./phone.ts";
export type { AskedContact, RegisterEvent, RegisteredEvent, UnregisteredEvent } from "./register-events.ts";
export type { Registration } from "./registrations.ts";
export { registrations } from "./registrations.ts";
export type {
  MessageEvent,
  OptionsEvent,
  PublishEvent,
  RequestEvent,
  SubscribeEvent,
} from "./request-event.ts";
export type { ScheduleEvent } from "./schedule-event.ts";
export type { Script } from "./script.ts";
export type { ScriptEvent, StandaloneEvent } from "./script-event.ts";
export { secrets } from "./secrets.ts";
export type { SendMessage } from "./send-message.ts";
export { sendMessage } from "./send-message.ts";
export type { Hold, HoldOptions, Resume, Transfer, TransferDecision, TransferOptions } from "./transfer.ts";
export { hold, resume, transfer } from "./transfer.ts";
export type { TrunkEvent } from "./trunk-event.ts";
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
