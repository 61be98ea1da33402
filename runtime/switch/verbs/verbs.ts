/** What is done for each decision. A decision without its row here does not compile. */
import type { Decision } from "../../../sdk/decisions.ts";
import type { Call } from "../call.ts";
import type { StepResult } from "../plan-run.ts";
import { runForward } from "./forward-verb.ts";
import { runHangup } from "./hangup.ts";
import { runRedirect } from "./redirect.ts";
import { runReject } from "./reject.ts";
import { runTag } from "./tag.ts";

type Verb<Type extends Decision["type"]> = (call: Call, decision: Extract<Decision, { type: Type }>) => StepResult;

const verbs: { readonly [Type in Decision["type"]]: Verb<Type> } = {
  forward: runForward,
  redirect: runRedirect,
  reject: runReject,
  hangup: runHangup,
  tag: runTag,
};

export function runVerb<Type extends Decision["type"]>(
  call: Call,
  decision: Extract<Decision, { type: Type }>,
): StepResult {
  // The table has, for each type, the verb that takes decisions of this very type.
  const verb = verbs[decision.type as Type] as Verb<Type>;
  return verb(call, decision);
}
