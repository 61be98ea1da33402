/** What the live streams of the HTTP API carry (`text/event-stream`), and how they are filtered. */
import { z } from "zod";
import { timeSchema } from "./page.ts";
import { deploymentSchema, handlerSchema } from "./script-api.ts";

const refSchema = z.object({ script: z.string(), version: z.int() });

/** An event that belongs to no call (`http`, `schedule`) has an id of its own instead. */
const ids = { callId: z.string().nullable(), eventId: z.string().optional() };
const eventFields = { at: timeSchema, ref: refSchema, handler: handlerSchema, ...ids, outcome: z.string() };

const faultSchema = z.object({
  reason: z.string(),
  message: z.string(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  stack: z.string().optional(),
});

/** Why an event of a script has come to nothing. */
const FAULT_REASONS = [
  "threw",
  "timeout",
  "memory",
  "crashed",
  "invalid-decision",
  "no-decision",
  "too-many-operations",
  "missing",
  "quarantined",
  "limit",
  "limit",
  "overloaded",
] as const;

export const levelSchema = z.enum(["debug", "info", "warn", "error"]);

export const tailEntrySchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("log"),
      at: timeSchema,
      ref: refSchema,
      handler: handlerSchema,
      ...ids,
      level: levelSchema,
      text: z.string(),
    }),
    z.object({ type: z.literal("invocation"), ...eventFields, wallMs: z.number(), cpuMs: z.number() }),
    z.object({ type: z.literal("fault"), ...eventFields, fault: faultSchema }),
    z.object({ type: z.literal("deploy"), at: timeSchema, deployment: deploymentSchema }),
  ])
  .meta({ id: "TailEntry" });

export const logsSchema = z
  .object({ items: z.array(z.object({ id: z.int(), entry: tailEntrySchema })) })
  .meta({ id: "RecentLogs", description: "What is still remembered, oldest first." });

/** A comma-separated list of some of `names`. */
function listOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(names)))
    .optional()
    .meta({ description: `Some of ${names.join(", ")}, separated by commas.`, override: { type: "string" } });
}

export const tailQuery = z.strictObject({
  type: listOf(["log", "invocation", "fault", "deploy"]),
  level: levelSchema.optional().meta({ description: "Log lines of this level and above." }),
  event: handlerSchema.optional().meta({ description: "Only what happened in the handler of this event." }),
  outcome: listOf(["returned", "fault", ...FAULT_REASONS]),
  version: z.coerce.number().int().min(1).optional(),
  callId: z.string().min(1).max(256).optional().meta({ description: "Of one call, or of an event that has none." }),
  search: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: "Text in a log line or fault, whatever its case." }),
  sample: z.coerce
    .number()
    .gt(0)
    .max(1)
    .optional()
    .meta({ description: "Share of calls, such as 0.1: all entries of a call, or none. Faults always come." }),
});

export const eventsQuery = z.strictObject({
  type: listOf(["call", "registration", "trunk", "script", "drain", "guard"]),
});

export type TailQuery = z.output<typeof tailQuery>;
export type TailBody = z.output<typeof tailEntrySchema>;
