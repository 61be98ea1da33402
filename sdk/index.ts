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
  DtmfEvent,
  EndedEvent,
  FailedEvent,
  GatheredEvent,
  HoldEvent,
  InfoEvent,
  InviteEvent,
  MediaEvent,
  PlayedEvent,
  ProgressEvent,
  RecordedEvent,
  ReinviteEvent,
  ResumeEvent,
  RingingEvent,
  VoicemailEvent,
} from "./events.ts";
export type { OperationErrorCode } from "./operation.ts";
export { OperationError } from "./operation.ts";
export type { Script } from "./script.ts";
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
