/** What it takes to begin a call (`POST /v1/calls`, `calls.originate`): one schema for both. */
import { z } from "zod";
import type { Decision } from "../../sdk/decisions.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { planBodySchema } from "./call-api.ts";
import {
  callerIdSchema,
  type PlanProblem,
  parsePlan,
  phraseSchema,
  ringSecondsSchema,
  tagsSchema,
  targetSchema,
} from "./decision.ts";
import { parseWith } from "./issue.ts";
import { scriptNameSchema } from "./script-name.ts";

/** As much as `call.state` may hold. */
const MAX_STATE_CHARACTERS = 8_192;

const state = z
  .record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= MAX_STATE_CHARACTERS, {
    error: `call.state has at most ${MAX_STATE_CHARACTERS} characters of JSON`,
  });

/** `to` is looked at again where the call is begun, which says best what is wrong with a plan. */
export const originateShape = {
  from: targetSchema,
  to: z.exactOptional(z.union([z.string(), planBodySchema])),
  callerId: z.exactOptional(callerIdSchema),
  callerName: z.exactOptional(phraseSchema),
  state: z.exactOptional(state),
  tags: z.exactOptional(tagsSchema),
  ringSeconds: z.exactOptional(ringSecondsSchema),
};

export const originateBodySchema = z
  .strictObject({
    from: originateShape.from.meta({ description: "Who is called first: a user, an extension or a SIP URI." }),
    to: originateShape.to.meta({
      description:
        "A target, as if `from` had dialled it, or a plan that is done once `from` has answered. Left out: the script says.",
    }),
    script: z.exactOptional(scriptNameSchema).meta({
      description: "Gets the events of the call; its `invite` handler decides, unless `to` is a plan.",
    }),
    callerId: originateShape.callerId.meta({ description: "Number or user shown to `from`. Default: `to`." }),
    callerName: originateShape.callerName,
    state: originateShape.state.meta({ description: "`call.state` at the beginning." }),
    tags: originateShape.tags,
    ringSeconds: originateShape.ringSeconds.meta({ description: "How long `from` may ring. Default: 60." }),
  })
  .meta({ id: "Originate" });

export type OriginateBody = z.input<typeof originateBodySchema>;

/** What `to` says: a target, or a plan. */
export function parseDestination(to: unknown): Result<string | readonly Decision[], PlanProblem> {
  if (typeof to !== "string") return parsePlan(to);
  const parsed = parseWith(targetSchema, to);
  return parsed.ok ? ok(to) : fail({ path: "", message: parsed.problem[0]?.message ?? "not a target" });
}
