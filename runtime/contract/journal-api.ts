/** Timelines, replays and shadows as the HTTP API shows them. */
import { z } from "zod";
import { timeSchema } from "./page.ts";
import { codeToTry, selectorSchema } from "./script-api.ts";

const MOST_REPLAYED_CALLS = 1000;
const MOST_ITEMS = 500;

const json = z.unknown().meta({ description: "JSON data; as text that is cut off where it is long.", override: {} });

const triedVersion = z.int().nullable().meta({ description: "`null`: a draft." });
const ONE_CODE = "a version or a draft";

function isOneCode({ version, draft }: { readonly version?: unknown; readonly draft?: unknown }): boolean {
  return (version === undefined) !== (draft === undefined);
}

const faultSchema = z.object({
  reason: z.string(),
  message: z.string(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  stack: z.string().optional(),
});
const place = { n: z.int(), ms: z.number() };
const ofEvent = { ...place, event: z.int() };

const timelineItemSchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("sip"),
      ...place,
      direction: z.enum(["in", "out"]),
      leg: z.string().meta({ description: "`caller`, or the id of a leg." }),
      peer: z.string(),
      summary: z.string(),
      isRetransmission: z.boolean(),
      text: z.string(),
    }),
    z.object({
      type: z.literal("event"),
      ...ofEvent,
      handler: z.string(),
      version: z.int(),
      data: json,
      state: json,
    }),
    z.object({
      type: z.literal("decision"),
      ...ofEvent,
      handler: z.string(),
      outcome: z.string().meta({ description: "`returned`, the reason of a fault, or `abandoned`." }),
      decision: json,
      state: json.optional(),
      message: z.string().optional(),
      wallMs: z.number(),
      cpuMs: z.number(),
    }),
    z.object({
      type: z.literal("operation"),
      ...ofEvent,
      number: z.int(),
      name: z.string(),
      args: json,
      outcome: z.enum(["ok", "failed", "unanswered"]),
      result: json,
      durationMs: z.number().nullable(),
    }),
    z.object({ type: z.literal("console"), ...ofEvent, level: z.string(), text: z.string() }),
    z.object({ type: z.literal("fault"), ...place, handler: z.string(), fault: faultSchema }),
    z.object({ type: z.literal("fact"), ...place, what: z.string(), text: z.string() }),
  ])
  .meta({ id: "TimelineItem", description: "`n` counts from 1; `ms`: milliseconds since the call began." });

export const timelineSchema = z
  .object({
    call: z.object({
      id: z.string(),
      domain: z.string(),
      script: z.string(),
      version: z.int(),
      from: z.string(),
      to: z.string(),
      startedAt: timeSchema,
      endedAt: timeSchema.nullable(),
      result: z.enum(["answered", "failed", "cancelled"]).nullable(),
      code: z.int().nullable(),
    }),
    items: z.array(timelineItemSchema),
    dropped: z.int().meta({ description: "Entries that were too many to be kept." }),
    next: z.int().nullable().meta({ description: "`after` of the next page; `null`: this is all there is so far." }),
  })
  .meta({ id: "Timeline" });

export const timelineQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).meta({ description: "Only items with a larger `n`." }),
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(MOST_ITEMS),
});

const differenceSchema = z.object({
  path: z.string().meta({ description: "`$[0].targets[1]`" }),
  recorded: json.optional(),
  replayed: json.optional(),
});

const comparisonSchema = z.object({
  event: z.int(),
  handler: z.string(),
  result: z.enum(["same", "different", "skipped"]),
  why: z.string().optional(),
  decision: z.array(differenceSchema),
  operations: z.array(
    z.object({ type: z.enum(["not-recorded", "out-of-order", "not-asked"]), name: z.string(), args: json }),
  ),
  fault: z.object({ recorded: faultSchema.nullable(), replayed: faultSchema.nullable() }).nullable(),
  state: z.array(differenceSchema),
});

export const callReplaySchema = z
  .object({
    call: z.string(),
    script: z.string(),
    recordedVersion: z.int(),
    version: triedVersion,
    result: z.enum(["same", "different"]),
    isComplete: z.boolean(),
    events: z.array(comparisonSchema),
  })
  .meta({ id: "CallReplay" });

export const callReplayInputSchema = z
  .strictObject(codeToTry)
  .refine(isOneCode, ONE_CODE)
  .meta({ id: "CallReplayInput" });

export const replayInputSchema = z
  .strictObject({
    ...codeToTry,
    since: z.iso.datetime({ offset: true }).meta({ description: "Calls that began then or later." }),
    most: z.int().min(1).max(MOST_REPLAYED_CALLS).default(MOST_REPLAYED_CALLS),
  })
  .refine(isOneCode, ONE_CODE)
  .meta({ id: "ReplayInput" });

export const replaySummarySchema = z
  .object({
    script: z.string(),
    version: triedVersion,
    calls: z.int(),
    same: z.int(),
    different: z.int(),
    skipped: z.int(),
    isTruncated: z.boolean(),
    differences: z.array(callReplaySchema),
  })
  .meta({ id: "ReplaySummary" });

export const shadowInputSchema = z
  .strictObject({ version: selectorSchema, percent: z.int().min(1).max(100).default(100) })
  .meta({ id: "ShadowInput" });

export const shadowSchema = z
  .object({
    script: z.string(),
    version: z.int(),
    percent: z.int(),
    startedAt: timeSchema,
    calls: z.int(),
    events: z.object({
      same: z.int(),
      different: z.int(),
      faults: z.int(),
      skipped: z.int(),
      dropped: z.int(),
      waiting: z.int(),
    }),
    differences: z.array(comparisonSchema.extend({ call: z.string(), recordedVersion: z.int() })),
  })
  .meta({ id: "Shadow" });

export type TimelineBody = z.output<typeof timelineSchema>;
export type TimelineItemBody = z.output<typeof timelineItemSchema>;
export type CallReplayBody = z.output<typeof callReplaySchema>;
export type ReplaySummaryBody = z.output<typeof replaySummarySchema>;
export type ComparisonBody = z.output<typeof comparisonSchema>;
export type ShadowBody = z.output<typeof shadowSchema>;
