/** A version of a script tried out over the HTTP API: an event in, what comes of it out. */
import { z } from "zod";
import { HANDLER_NAMES } from "./handler-names.ts";

const MAX_EVENT_CHARACTERS = 32_768;
const MAX_TEXT = 1024;
const MAX_OPERATIONS = 50;
const SEED_CHARACTERS = 16;

const data = z.unknown().meta({ description: "JSON data.", override: {} });
const text = z.string().max(MAX_TEXT);
const texts = z.record(text, text);

const eventSchema = z
  .looseObject({ type: z.enum(HANDLER_NAMES) })
  .meta({ description: "As the script gets it.", example: { type: "invite" } });

const callSchema = z
  .looseObject({
    from: z.exactOptional(text).meta({ description: "URI, number or user.", example: "sip:bob@example.com" }),
    to: z.exactOptional(text).meta({ description: "URI, number or user.", example: "100" }),
    user: z.exactOptional(text.nullable()),
    headers: z.exactOptional(texts).meta({ description: "Header fields of the INVITE." }),
    state: z.exactOptional(data),
    tags: z.exactOptional(texts),
  })
  .meta({ description: "The call as far as it matters; the rest is as in a call that has just come in." });

const answerSchema = z.union([
  z.strictObject({ result: data }),
  z.strictObject({ error: z.strictObject({ code: text, message: text }) }),
]);

export const simulateInputSchema = z
  .strictObject({
    event: eventSchema,
    call: z.exactOptional(callSchema),
    operations: z
      .exactOptional(z.record(text, answerSchema))
      .refine((answers) => answers === undefined || Object.keys(answers).length <= MAX_OPERATIONS, "at most 50")
      .meta({ description: "What operations give, by name. One that is not here is refused with `unavailable`." }),
    now: z.exactOptional(z.iso.datetime({ offset: true })).meta({ description: "Default: the present." }),
    seed: z.exactOptional(z.string().max(SEED_CHARACTERS)).meta({ description: "What random numbers follow from." }),
  })
  .refine((input) => JSON.stringify([input.event, input.call]).length <= MAX_EVENT_CHARACTERS, {
    error: `event and call have more than ${MAX_EVENT_CHARACTERS} characters of JSON`,
  })
  .meta({ id: "SimulateInput" });

export const simulatedSchema = z
  .object({
    script: z.string(),
    version: z.int(),
    handler: z.enum(HANDLER_NAMES),
    outcome: z.enum(["returned", "fault"]),
    decision: data.meta({ description: "What the switch would do; `null`: nothing.", override: {} }),
    state: data,
    operations: z.array(z.object({ name: z.string(), args: data, isAnswered: z.boolean() })),
    logs: z.array(z.object({ level: z.string(), text: z.string() })),
    fault: z
      .object({
        reason: z.string(),
        message: z.string(),
        file: z.string().optional(),
        line: z.int().optional(),
        column: z.int().optional(),
        stack: z.string().optional(),
      })
      .nullable(),
    now: z.string(),
  })
  .meta({ id: "SimulatedEvent" });

export type SimulateInput = z.infer<typeof simulateInputSchema>;
