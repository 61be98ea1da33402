/**
 * The schemas of what handlers return for SIP requests that belong to no call (`sdk/request-event.ts`): one decision, or
 * nothing, which leaves it to the switch.
 */
import { z } from "zod";
import type { Accept } from "../../sdk/accept.ts";
import type { Forward, Reject } from "../../sdk/decisions.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { phraseSchema, targetSchema } from "./decision.ts";
import type { Fields } from "./fields.ts";
import { headerFields } from "./header-field.ts";
import { describeValue, parseWith } from "./issue.ts";

const MAX_TARGETS = 20;

/** Of a subscription, a publication or a question. */
export type AccessDecision = Pick<Accept, "type"> | Reject;

/** Of a registration. */
export type RegistrationDecision = Omit<Accept, "store"> | Reject;

/** Of a message. */
export type MessageDecision = Pick<Accept, "type" | "store"> | Reject | Pick<Forward, "type" | "targets">;

const accept = z.strictObject({
  type: z.literal("accept"),
  store: z.exactOptional(z.boolean()),
  expiresSeconds: z.exactOptional(z.number().min(30).max(86_400)),
  maxContacts: z.exactOptional(z.int().min(1).max(10)),
} satisfies Fields<Accept>);

const reject = z.strictObject({
  type: z.literal("reject"),
  code: z.int().min(400).max(699),
  reason: z.exactOptional(phraseSchema),
  headers: z.exactOptional(headerFields),
} satisfies Fields<Reject>);

/** Nothing rings, so there is nothing else to say. */
const forward = z.strictObject({
  type: z.literal("forward"),
  targets: z.array(targetSchema).min(1).max(MAX_TARGETS),
} satisfies Fields<Pick<Forward, "type" | "targets">>);

const access = z.discriminatedUnion("type", [accept.pick({ type: true }), reject], {
  error: (issue) => unknownType(issue, "accept, reject"),
}) satisfies z.ZodType<AccessDecision>;

const message = z.discriminatedUnion("type", [accept.pick({ type: true, store: true }), reject, forward], {
  error: (issue) => unknownType(issue, "forward, accept, reject"),
}) satisfies z.ZodType<MessageDecision>;

const registration = z.discriminatedUnion("type", [accept.omit({ store: true }), reject], {
  error: (issue) => unknownType(issue, "accept, reject"),
}) satisfies z.ZodType<RegistrationDecision>;

export function parseAccess(value: unknown): Result<AccessDecision | undefined, string> {
  return parseDecision(access, value);
}

export function parseMessageDecision(value: unknown): Result<MessageDecision | undefined, string> {
  return parseDecision(message, value);
}

export function parseRegistrationDecision(value: unknown): Result<RegistrationDecision | undefined, string> {
  return parseDecision(registration, value);
}

function parseDecision<Value>(schema: z.ZodType<Value>, value: unknown): Result<Value | undefined, string> {
  if (value === undefined || value === null) return ok(undefined);
  if (Array.isArray(value)) return fail("expected one decision, found a list: a request has no plan");
  const parsed = parseWith(schema, value);
  if (parsed.ok) return parsed;
  const [first] = parsed.problem;
  const { path, message: problem } = first ?? { path: "", message: "not a decision" };
  return fail(path === "" ? problem : `${path}: ${problem}`);
}

function unknownType(issue: z.core.$ZodRawIssue, known: string): string | undefined {
  if (issue.code !== "invalid_union") return undefined;
  const { input } = issue;
  const type = typeof input === "object" && input !== null && "type" in input ? input.type : undefined;
  return `expected a decision about this request (${known}), found ${describeValue(type)}`;
}
