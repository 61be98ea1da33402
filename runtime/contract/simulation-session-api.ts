/** A call of a script that somebody walks through over the HTTP API: how it begins, the steps, and what has come of them. */
import { z } from "zod";
import { cdrSchema } from "./call-api.ts";
import { diagnosticSchema } from "./problem.ts";
import { codeToTry } from "./script-api.ts";

const MAX_TEXT = 1024;
const MAX_ITEMS = 200;
const MAX_SECONDS = 3_600;

const text = z.string().min(1).max(MAX_TEXT);
const data = z.unknown().meta({ description: "JSON data.", override: {} });

/** An object of at most so many fields. */
function record<Value extends z.ZodType>(value: Value) {
  return z
    .record(z.string().min(1).max(MAX_TEXT), value)
    .refine((all) => Object.keys(all).length <= MAX_ITEMS, `at most ${MAX_ITEMS}`);
}

const userSchema = z.strictObject({
  extension: z.exactOptional(z.string().min(1).max(32).nullable()),
  displayName: z.exactOptional(z.string().max(128)),
  pin: z.exactOptional(z.string().max(32)),
  voicemail: z.exactOptional(z.boolean()),
  phones: z
    .exactOptional(z.int().min(0).max(10))
    .meta({ description: "How many of the user's phones are registered. @default 1" }),
});

const worldSchema = z
  .strictObject({
    users: z.exactOptional(record(userSchema)).meta({ description: "@default alice (100), bob (101), carol, dave" }),
    trunks: z
      .exactOptional(record(z.record(z.string(), z.unknown())))
      .meta({ description: "As strowger.yaml declares them, e.g. { carrier: { numbers: ['+1*'] } }. @default none" }),
    now: z
      .exactOptional(text)
      .meta({ description: "When it begins, local in `timeZone`.", example: "2026-11-26 18:30" }),
    timeZone: z.exactOptional(text),
    country: z.exactOptional(z.string().length(2)),
    seed: z.exactOptional(z.int().min(0)),
    kv: z.exactOptional(record(data)).meta({ description: "Keys that the script finds." }),
    env: z
      .exactOptional(record(z.string().max(MAX_TEXT * 8)))
      .meta({ description: "Beside the script's own variables." }),
    secrets: z
      .exactOptional(record(z.string().max(MAX_TEXT * 8)))
      .meta({ description: "What `secrets.get` gives: never the real ones." }),
  })
  .meta({ id: "SimulatedWorld" });

const callerSchema = z
  .strictObject({
    to: text.meta({ description: "What is dialled: a number, a user or a URI.", example: "100" }),
    from: z.exactOptional(text).meta({ description: "Who calls: a user, a number or a URI. @default a stranger" }),
    name: z.exactOptional(text),
    trunk: z.exactOptional(text).meta({ description: "One of `world.trunks`: the call comes from it." }),
    headers: z.exactOptional(record(z.string().max(MAX_TEXT))),
  })
  .meta({ id: "SimulatedCaller" });

export const simulationInputSchema = z
  .strictObject({
    ...codeToTry,
    version: codeToTry.version.meta({ description: "A stored version. @default active" }),
    call: callerSchema,
    world: worldSchema.prefault({}),
  })
  .refine(({ version, draft }) => version === undefined || draft === undefined, "a version or a draft, not both")
  .meta({ id: "SimulationInput" });

const who = z.exactOptional(text);
const seconds = z.number().min(0).max(MAX_SECONDS);

export const simulationStepSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("answer"), who }),
    z.strictObject({ type: z.literal("reject"), who, code: z.exactOptional(z.int().min(400).max(699)) }),
    z.strictObject({ type: z.literal("wait"), seconds }),
    z.strictObject({ type: z.literal("finish") }),
    z.strictObject({ type: z.literal("press"), keys: z.string().regex(/^[0-9A-D*#]{1,64}$/), who }),
    z.strictObject({ type: z.literal("speak"), seconds }),
    z.strictObject({ type: z.literal("hangUp"), who }),
    z.strictObject({ type: z.literal("transfer"), who: text, to: text }),
  ])
  .meta({
    id: "SimulationStep",
    description:
      "`who`: a user, a target as the script has named it, or `caller`. Left out, it is the only one whose phone rings, or the caller. `reject` is busy (486) unless `code` says otherwise; `finish` lets time pass until the call is over.",
  });

export const simulationQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(-1)
    .default(-1)
    .meta({ description: "`next` of the answer before: only what has happened since is told." }),
});

const momentSchema = z
  .looseObject({
    type: z.enum(["act", "event", "decision", "fault", "operation", "result", "console", "sound", "problem", "sip"]),
    n: z.int(),
    at: z.number().meta({ description: "Seconds since the simulation began." }),
  })
  .meta({
    id: "SimulatedMoment",
    description:
      "act: text. event: event. decision: handler, plan. fault: handler, fault. operation: name, args. result: name, result, isDone. console: level, text. sound: who, sounds. problem: text. sip: from, to, text (the whole message).",
  });

export const simulationSchema = z
  .object({
    id: z.string(),
    script: z.string(),
    version: z.int().nullable().meta({ description: "`null`: a draft." }),
    seconds: z.number().meta({ description: "Virtual time, since the simulation began." }),
    where: z.string().meta({ description: "What the call does, in words." }),
    isOver: z.boolean(),
    ringing: z.array(z.string()),
    talkingTo: z.string().nullable(),
    takesKeys: z.boolean(),
    isRecording: z.boolean(),
    decision: data.meta({ description: "The step of the plan that is being done; `null`: none.", override: {} }),
    response: z.object({ code: z.int(), reason: z.string() }).nullable(),
    state: data,
    tags: z.record(z.string(), z.string()),
    heard: z.array(z.string()).meta({ description: "What the caller has heard." }),
    cdr: cdrSchema.nullable(),
    kv: z.record(z.string(), data),
    moments: z.array(momentSchema),
    next: z.int().meta({ description: "`after` of the next question." }),
  })
  .meta({ id: "Simulation" });

export const begunSimulationSchema = z
  .object({ simulation: simulationSchema, diagnostics: z.array(diagnosticSchema) })
  .meta({ id: "BegunSimulation" });

export type SimulationBody = z.output<typeof simulationSchema>;
