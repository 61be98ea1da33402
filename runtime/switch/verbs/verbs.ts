/** What is done for each decision. A decision without its row here does not compile. */
import type { Decision } from "../../../sdk/decisions.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import { runAnswer, runRecordCall, runRing, runSendDtmf, runWait } from "./call-audio.ts";
import { runForward } from "./forward-verb.ts";
import { runGather } from "./gather.ts";
import { runHangup } from "./hangup.ts";
import { runPlay, runSay } from "./play.ts";
import { runRecord } from "./record.ts";
import { runRedirect } from "./redirect.ts";
import { runReject } from "./reject.ts";
import { runSendMessage } from "./send-message.ts";
import { runTag } from "./tag.ts";
import { runTimer } from "./timer.ts";
import { runAccept, runHold, runTransfer } from "./transfer.ts";
import { runVoicemail } from "./voicemail.ts";

type Verb<Type extends Decision["type"]> = (call: Call, decision: Extract<Decision, { type: Type }>) => StepResult;

const verbs: { readonly [Type in Decision["type"]]: Verb<Type> } = {
  forward: runForward,
  redirect: runRedirect,
  reject: runReject,
  hangup: runHangup,
  tag: runTag,
  timer: runTimer,
  sendMessage: runSendMessage,
  answer: runAnswer,
  ring: runRing,
  wait: runWait,
  play: runPlay,
  say: runSay,
  gather: runGather,
  record: runRecord,
  recordCall: runRecordCall,
  sendDtmf: runSendDtmf,
  voicemail: runVoicemail,
  transfer: runTransfer,
  accept: runAccept,
  hold: runHold,
  resume: runHold,
};

export function runVerb<Type extends Decision["type"]>(
  call: Call,
  decision: Extract<Decision, { type: Type }>,
): StepResult {
  // The table has, for each type, the verb that takes decisions of this very type.
  const verb = verbs[decision.type as Type] as Verb<Type>;
  return verb(call, decision);
}
