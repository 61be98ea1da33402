/** Live calls and call detail records as the HTTP API shows them. */
import { z } from "zod";
import { decisionSchema, planSchema } from "./decision.ts";
import { documentedAs, pageQuery, timeSchema } from "./page.ts";

export const callSchema = z
  .object({
    id: z.string(),
    domain: z.string(),
    direction: z.enum(["inbound", "outbound"]),
    state: z.enum(["deciding", "calling", "ringing", "answered", "ended"]),
    from: z.string(),
    to: z.string(),
    user: z.string().nullable(),
    trunk: z.string().nullable().meta({ description: "The trunk that it came from." }),
    script: z.string(),
    version: z.int(),
    route: z.string().nullable(),
    startedAt: timeSchema,
    ringingAt: timeSchema.nullable(),
    answeredAt: timeSchema.nullable(),
    seconds: z.number(),
    legs: z.array(
      z.object({
        id: z.string(),
        target: z.string(),
        uri: z.string(),
        state: z.enum(["calling", "ringing", "answered", "ended"]),
        trunk: z.string().optional().meta({ description: "The trunk that it leaves by." }),
      }),
    ),
    tags: z.record(z.string(), z.string()),
  })
  .meta({ id: "Call" });

export const recordingSchema = z
  .object({
    id: z.string().meta({ description: "As scripts are told in `recorded`." }),
    seconds: z.number().meta({ description: "As far as it has come, where the call is still recorded." }),
    bytes: z.int(),
    writtenAt: timeSchema.meta({ description: "When something was last written." }),
  })
  .meta({ id: "Recording" });

/** Loose here: the fields are checked where decisions are done, which says best what is wrong with one. */
export const planBodySchema = z
  .union([z.looseObject({ type: z.string() }), z.array(z.looseObject({ type: z.string() })).min(1)])
  .meta({
    id: "Plan",
    description: "A decision, or several done in order, as a script returns them.",
    override: documentedAs(z.union([decisionSchema, planSchema])),
  });

const cdrResult = z.enum(["answered", "failed", "cancelled"]);

export const cdrSchema = z
  .object({
    id: z.string(),
    domain: z.string(),
    startedAt: timeSchema,
    ringingAt: timeSchema.nullable(),
    answeredAt: timeSchema.nullable(),
    endedAt: timeSchema,
    seconds: z.number(),
    direction: z.enum(["inbound", "outbound"]).meta({ description: "`outbound`: the switch has begun it." }),
    from: z.string(),
    to: z.string(),
    user: z.string().nullable(),
    trunk: z.string().nullable().meta({ description: "The trunk that it came by, else the one that it left by." }),
    script: z.string(),
    version: z.int(),
    result: cdrResult,
    code: z.int(),
    reason: z.string(),
    endedBy: z.enum(["caller", "callee", "switch", "api"]),
    legs: z.array(
      z.object({
        target: z.string(),
        uri: z.string().nullable(),
        code: z.int(),
        reason: z.string(),
        trunk: z.string().optional().meta({ description: "The trunk that it left by." }),
      }),
    ),
    tags: z.record(z.string(), z.string()),
  })
  .meta({ id: "Cdr", description: "Call detail record, written when the call has ended." });

/** A day or a moment; compared as ISO 8601 in UTC. */
export const momentSchema = z
  .string()
  .max(40)
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)),
    "write a date or time as ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z",
  )
  .transform((text) => new Date(text).toISOString());

const filterSchema = z.string().min(1).max(256).optional();

/** Which records. */
export const cdrFilter = z.strictObject({
  from: filterSchema,
  to: filterSchema,
  script: filterSchema,
  trunk: filterSchema.meta({ description: "Only calls that came, or left, by this trunk." }),
  result: cdrResult.optional(),
  since: momentSchema.optional(),
  until: momentSchema.optional(),
});

export const cdrQuery = z.strictObject({ ...pageQuery, ...cdrFilter.shape });

export type CallBody = z.output<typeof callSchema>;
export type CdrBody = z.output<typeof cdrSchema>;
export type RecordingBody = z.output<typeof recordingSchema>;
