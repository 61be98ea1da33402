/** Runs `sendMessage`. The plan does not wait for it: what becomes of the message is told to observers where it fails. */
import type { SendMessage } from "../../../sdk/send-message.ts";
import { DEFAULT_TEXT_TYPE } from "../../contract/text-message.ts";
import type { Call } from "../call/call.ts";
import { partyOf } from "../call/call-view.ts";
import type { StepResult } from "../call/plan-run.ts";

const NOBODY_THERE = 480;

export function runSendMessage(call: Call, decision: SendMessage): StepResult {
  const { texts } = call.exchange;
  const { domain, mayLeave, invite } = call.state;
  const fail = (problem: string): void => call.exchange.observer.stepFailed(call.view, "sendMessage", problem);
  // As a call would be: the policy of the script holds for messages, too.
  const resolved = call.attempts.resolve(decision.to);
  if (resolved.type === "nowhere" && resolved.code !== NOBODY_THERE) {
    fail(`${decision.to}: ${resolved.reason ?? `${resolved.code}`}`);
    return "done";
  }
  const { to, body, contentType = DEFAULT_TEXT_TYPE } = decision;
  const called = call.exchange.directory.findUser(domain, partyOf(invite.uri, "").user);
  const from = decision.from ?? called ?? null;
  texts?.send({ domain, from, to, body, contentType, mayLeave }).catch((error: unknown) => {
    call.guard(() => fail(error instanceof Error ? error.message : String(error)));
  });
  if (texts === undefined) fail("this switch sends no messages");
  return "done";
}
