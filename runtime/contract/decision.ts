/**
 * The schema of decisions: what a script returned, a route's fallback or a body of the API must pass before the switch
 * acts on it. The types are the script's own (`sdk/decisions.ts`); a field that one side lacks does not compile.
 */
import { z } from "zod";
import type { Confirm, Decision, Forward, Hangup, Redirect, Reject, Tag, Timer } from "../../sdk/decisions.ts";
import type { SendMessage } from "../../sdk/send-message.ts";
import type { Transfer } from "../../sdk/transfer.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { audioSchemas, audioShapes, soundSchema, soundsSchema, textSchema } from "./audio-decision.ts";
import type { Fields } from "./fields.ts";
import { headerFields } from "./header-field.ts";
import { describeValue, parseWith, suggest } from "./issue.ts";
import { textBodySchema, textTypeSchema } from "./text-body.ts";
import { connectedSchemas, connectedShapes, partySchema } from "./transfer-decision.ts";
import { trunkNameSchema } from "./trunk.ts";
import { namesTrunk, parseTrunkTarget } from "./trunk-target.ts";

const MAX_STEPS = 10;
const MAX_TARGETS = 20;
const MAX_TARGET_CHARACTERS = 512;
const MAX_PHRASE_CHARACTERS = 128;
const MAX_RING_SECONDS = 180;
const MAX_CALL_SECONDS = 86_400;
const MAX_CONFIRM_SECONDS = 60;
const MIN_TIMER_SECONDS = 0.1;
const MAX_TAGS = 32;
const MAX_TAG_CHARACTERS = 256;

/** Neither control characters and blanks nor what would end the `<…>` that a URI is written into. */
const TARGET = /^[^\x00-\x20\x7f<>"]+$/;
const URI_CONTACT = /^(sips?|tel):[^\x00-\x20\x7f<>"]+$/i;
const ONE_LINE = /^[^\x00-\x1f\x7f]*$/;

export const targetSchema = z
  .string()
  .min(1)
  .max(MAX_TARGET_CHARACTERS)
  .regex(TARGET, { error: `a target may have no blank, control character, quote, "<" or ">"` })
  .refine((target) => !namesTrunk(target) || parseTrunkTarget(target) !== undefined, {
    error: (issue) => `a trunk is written trunk:NAME/NUMBER, found ${describeValue(issue.input)}`,
  });
const contact = z
  .string()
  .max(MAX_TARGET_CHARACTERS)
  .regex(URI_CONTACT, { error: (issue) => `expected a SIP, SIPS or TEL URI, found ${describeValue(issue.input)}` });
export const phraseSchema = z
  .string()
  .max(MAX_PHRASE_CHARACTERS)
  .regex(ONE_LINE, { error: "this text may have no line break or other control character" });
export const callerIdSchema = z
  .string()
  .min(1)
  .max(MAX_PHRASE_CHARACTERS)
  .regex(/^[^\x00-\x20\x7f<>"\\]+$/, { error: "a caller id may have no blank, control character, quote or bracket" });
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const tagName = z.string().regex(NAME, { error: "a tag's name has 1 to 64 letters, digits, dots, dashes" });

export const ringSecondsSchema = z.number().min(1).max(MAX_RING_SECONDS);

const confirm = z.strictObject({
  prompt: z.exactOptional(z.union([soundSchema, soundsSchema])),
  say: z.exactOptional(textSchema),
  key: z.exactOptional(z.string().regex(/^[0-9]$/, { error: "expected one key: 0-9" })),
  timeoutSeconds: z.exactOptional(z.number().min(1).max(MAX_CONFIRM_SECONDS)),
} satisfies Fields<Confirm>);

const forward = {
  type: z.literal("forward"),
  targets: z.array(targetSchema).min(1).max(MAX_TARGETS),
  strategy: z.exactOptional(z.enum(["parallel", "serial"])),
  ringSeconds: z.exactOptional(ringSecondsSchema),
  maxSeconds: z.exactOptional(z.number().min(1).max(MAX_CALL_SECONDS)),
  callerId: z.exactOptional(callerIdSchema),
  callerName: z.exactOptional(phraseSchema),
  privacy: z.exactOptional(z.boolean()),
  via: z.exactOptional(z.union([trunkNameSchema, z.array(trunkNameSchema).min(1).max(MAX_TARGETS)])),
  headers: z.exactOptional(headerFields),
  confirm: z.exactOptional(confirm),
  redirects: z.exactOptional(z.enum(["follow", "pass"])),
  diversion: z.exactOptional(z.boolean()),
  record: z.exactOptional(z.boolean()),
  media: z.exactOptional(z.enum(["auto", "anchor", "direct", "release"])),
} satisfies Fields<Forward>;

const transfer = {
  type: z.literal("transfer"),
  who: partySchema,
  targets: forward.targets,
  strategy: forward.strategy,
  ringSeconds: forward.ringSeconds,
  maxSeconds: forward.maxSeconds,
  callerId: forward.callerId,
  callerName: forward.callerName,
  privacy: forward.privacy,
  via: forward.via,
  headers: forward.headers,
  record: forward.record,
} satisfies Fields<Transfer>;

const redirect = {
  type: z.literal("redirect"),
  contacts: z.array(contact).min(1).max(MAX_TARGETS),
  code: z.exactOptional(z.literal([300, 301, 302, 305, 380])),
  headers: z.exactOptional(headerFields),
} satisfies Fields<Redirect>;

const reject = {
  type: z.literal("reject"),
  code: z.int().min(400).max(699),
  reason: z.exactOptional(phraseSchema),
  headers: z.exactOptional(headerFields),
} satisfies Fields<Reject>;

const hangup = {
  type: z.literal("hangup"),
  reason: z.exactOptional(phraseSchema),
} satisfies Fields<Hangup>;

export const tagsSchema = z
  .record(tagName, z.string().max(MAX_TAG_CHARACTERS).regex(ONE_LINE, { error: "a tag may have no control character" }))
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, { error: `at most ${MAX_TAGS} tags` });

const tag = { type: z.literal("tag"), tags: tagsSchema } satisfies Fields<Tag>;

const timer = {
  type: z.literal("timer"),
  name: z.string().regex(NAME, { error: "a timer's name has 1 to 64 letters, digits, dots, dashes" }),
  seconds: z.number().min(MIN_TIMER_SECONDS).max(MAX_CALL_SECONDS).nullable(),
} satisfies Fields<Timer>;

const sendMessage = {
  type: z.literal("sendMessage"),
  to: targetSchema,
  body: textBodySchema,
  from: z.exactOptional(targetSchema),
  contentType: z.exactOptional(textTypeSchema),
} satisfies Fields<SendMessage>;

const shapes = {
  forward,
  redirect,
  reject,
  hangup,
  tag,
  timer,
  sendMessage,
  ...audioShapes,
  transfer,
  ...connectedShapes,
} satisfies {
  [Type in Decision["type"]]: Fields<Extract<Decision, { type: Type }>>;
};

/** One decision. */
export const decisionSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject(shapes.forward),
    z.strictObject(shapes.redirect),
    z.strictObject(shapes.reject),
    z.strictObject(shapes.hangup),
    z.strictObject(shapes.tag),
    z.strictObject(shapes.timer),
    z.strictObject(shapes.sendMessage),
    ...audioSchemas,
    z.strictObject(transfer),
    ...connectedSchemas,
  ],
  { error: (issue) => (issue.code === "invalid_union" ? unknownType(issue.input) : undefined) },
) satisfies z.ZodType<Decision>;

/** A plan: decisions that are done in order. */
export const planSchema = z.array(decisionSchema).min(1).max(MAX_STEPS) satisfies z.ZodType<readonly Decision[]>;

/** What is wrong with a decision, and where: `{ path: "[1].ringSeconds", … }`. */
export interface PlanProblem {
  readonly path: string;
  readonly message: string;
}

/** Checks one decision or a plan of several. The first problem alone is told. */
export function parsePlan(value: unknown): Result<readonly Decision[], PlanProblem> {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.length <= MAX_STEPS && value.every(isPlainDecision)) return ok(value);
    return firstProblem(parseWith(planSchema, value));
  }
  if (isPlainDecision(value)) return ok([value]);
  if (typeof value !== "object" || value === null) {
    return fail({ path: "", message: `expected a decision or a list of decisions, found ${describeValue(value)}` });
  }
  const parsed = parseWith(decisionSchema, value);
  return parsed.ok ? ok([parsed.value]) : firstProblem(parsed);
}

function firstProblem<Value>(parsed: ReturnType<typeof parseWith<Value>>): Result<Value, PlanProblem> {
  if (parsed.ok) return parsed;
  const [first] = parsed.problem;
  return fail({ path: first?.path ?? "", message: first?.message ?? "not a decision" });
}

/**
 * Accepts the commonest decisions without zod, which takes ten times as long: `reject` with a code alone, `forward` with
 * targets and numbers alone. `false` means only that the schema has to look.
 */
function isPlainDecision(value: unknown): value is Decision {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const type = (value as { type?: unknown }).type; // Any object may be asked for a field; what comes is checked.
  if (type === "forward") return isPlainForward(value as Record<string, unknown>); // As above.
  return type === "reject" && isPlainReject(value as Record<string, unknown>); // As above.
}

function isPlainForward(value: Record<string, unknown>): boolean {
  for (const key in value) {
    if (key === "type" || key === "targets") continue;
    if (key === "ringSeconds" && isWithin(value[key], 1, MAX_RING_SECONDS)) continue;
    if (key === "maxSeconds" && isWithin(value[key], 1, MAX_CALL_SECONDS)) continue;
    return false;
  }
  const targets = value.targets;
  return Array.isArray(targets) && targets.length > 0 && targets.length <= MAX_TARGETS && targets.every(isPlainTarget);
}

function isPlainTarget(value: unknown): boolean {
  if (typeof value !== "string" || value.length > MAX_TARGET_CHARACTERS || !TARGET.test(value)) return false;
  return !namesTrunk(value) || parseTrunkTarget(value) !== undefined;
}

function isPlainReject(value: Record<string, unknown>): boolean {
  for (const key in value) if (key !== "type" && key !== "code") return false;
  return Number.isInteger(value.code) && isWithin(value.code, 400, 699);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function unknownType(input: unknown): string {
  const type = typeof input === "object" && input !== null && "type" in input ? input.type : undefined;
  if (typeof type === "string")
    return `unknown decision ${JSON.stringify(type.slice(0, 40))}${suggest(type, Object.keys(shapes))}`;
  return `expected the name of a decision (${Object.keys(shapes).join(", ")}), found ${describeValue(type)}`;
}
